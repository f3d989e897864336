import { type LightPublisher, requirement } from '@tapedeck/testkit';
import { isTerminal, type Recording, type Template } from '@tapedeck/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitForRecording } from '../src/cli/follow-recording.ts';
import { bringPeople, sendHome } from './support/people.ts';
import { cleanUp, makeDataDir, type ServerProcess, startServerProcess, testPair } from './support/server-process.ts';
import { livekitWebhook } from './support/webhook.ts';

const livekit = requirement('livekit');
const small = { type: 'composite', video: { width: 320, height: 180, fps: 15 } } as const;
const brief = { outputs: [small], resumeWaitS: 2 };

let dataDir: string;
let server: ServerProcess;

async function call<T>(method: string, path: string, body?: object): Promise<T> {
  const authorization = `Basic ${btoa(`${testPair.key}:${testPair.secret}`)}`;
  const headers = { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) };
  const answer = await fetch(`${server.url}${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  if (!answer.ok) throw new Error(await answer.text());
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

const template = (body: object): Promise<Template> => call('POST', '/v1/templates', body);
const recordingsOf = async (room: string): Promise<readonly Recording[]> => (await server.api.list({ room })).items;
const ended = (id: string): Promise<Recording> => waitForRecording(server.api, id, (recording) => isTerminal(recording.state));

/** The recordings of a room once there are so many and each of them captures media. */
async function running(room: string, count = 1): Promise<readonly Recording[]> {
  await expect.poll(async () => (await recordingsOf(room)).map(({ state }) => state), { timeout: 20_000, interval: 100 }).toEqual(Array(count).fill('recording')); // prettier-ignore
  return await recordingsOf(room);
}

async function left(people: readonly LightPublisher[]): Promise<void> {
  await sendHome(people);
}

/** What both ways must do, each alone. */
function recordsByItself(): void {
  it('records a room that a pattern matches from its first media until everybody has left, and no other room', async () => {
    await template({ name: 'support', match: { rooms: ['support-*'], exceptRooms: ['*-test'] }, recording: brief });
    const others = [...(await bringPeople(server, 'sales-1', ['eve'])), ...(await bringPeople(server, 'support-test', ['eve']))];
    const ada = await bringPeople(server, 'support-1', ['ada']);
    const [first] = await running('support-1');
    expect(first).toMatchObject({ template: 'support', isAutomatic: true, outputs: [{ type: 'composite' }] });
    expect([...(await recordingsOf('sales-1')), ...(await recordingsOf('support-test'))]).toEqual([]);
    await left(ada);
    const recording = await ended(first?.id ?? '');
    await left(others);
    expect(recording).toMatchObject({ state: 'completed', endReason: 'room-empty', error: null });
    expect(recording.files).toHaveLength(1);
    const waitedMs = Date.parse(recording.endedAt ?? '') - Date.parse(recording.startedAt ?? '') - (recording.participants[0]?.leftMs ?? 0);
    expect(waitedMs).toBeGreaterThan(1_500);
    expect(waitedMs).toBeLessThan(5_000);
  });

  it('makes one recording for each template that matches, and goes on when somebody is back within the resume wait', async () => {
    await template({ name: 'mixed', match: { rooms: ['both'] }, recording: brief });
    await template({
      name: 'single',
      match: { rooms: ['both'] },
      recording: { ...brief, outputs: [{ type: 'individual', formats: ['webm'] }] },
    });
    const ada = await bringPeople(server, 'both', ['ada']);
    await running('both', 2);
    await left(ada);
    const back = await bringPeople(server, 'both', ['ada']);
    await expect.poll(async () => (await recordingsOf('both')).every(({ participants }) => participants.length === 2), { timeout: 10_000 }).toBe(true); // prettier-ignore
    await left(back);
    const recordings = await Promise.all((await recordingsOf('both')).map(({ id }) => ended(id)));
    expect(recordings.map(({ state }) => state)).toEqual(['completed', 'completed']);
    expect(recordings.map(({ template: name }) => name).toSorted()).toEqual(['mixed', 'single']);
    const single = recordings.find((recording) => recording.template === 'single');
    expect(single?.files.map(({ key }) => key.split('/').at(-1))).toEqual([expect.stringMatching(/ada\.camera\.webm$/)]);
  });
}

describe.skipIf(livekit === null)('templates by webhooks alone', { timeout: 90_000 }, () => {
  beforeAll(async () => {
    dataDir = makeDataDir();
    server = await startServerProcess(dataDir, { TAPEDECK_AUTO_RECORD_POLL_S: '0' });
  });
  afterAll(() => cleanUp(dataDir, server));

  recordsByItself();

  const send = async (event: object, pair = testPair, change = ''): Promise<{ status: number; code?: string }> => {
    const { body, headers } = livekitWebhook(pair, event);
    const answer = await fetch(`${server.url}/v1/livekit/webhook`, { method: 'POST', headers, body: body + change });
    const problem = (await answer.json().catch(() => ({}))) as { code?: string };
    return { status: answer.status, ...(problem.code !== undefined && { code: problem.code }) };
  };
  const published = (room: string): object => ({
    event: 'track_published',
    id: 'EV_1',
    room: { name: room, sid: 'RM_x' },
    track: { sid: 'TR_x' },
  });

  it('refuses a webhook that is not signed by the LiveKit server, or says something else than was signed', async () => {
    const refused = { status: 401, code: 'LIVEKIT_WEBHOOK_INVALID' };
    expect(await send(published('a'), { ...testPair, secret: 'another-secret' })).toEqual(refused);
    expect(await send(published('a'), { ...testPair, key: 'another-key' })).toEqual(refused);
    expect(await send(published('a'), testPair, ' ')).toEqual(refused);
    expect((await fetch(`${server.url}/v1/livekit/webhook`, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })).status).toBe(401); // prettier-ignore
    expect(await send(published('a'))).toEqual({ status: 204 });
  });

  it('goes by what is in the room and not by what it is told: a webhook that comes again does no harm', async () => {
    await template({ name: 'replayed', match: { rooms: ['replay'] }, recording: brief });
    const ada = await bringPeople(server, 'replay', ['ada']);
    const [first] = await running('replay');
    await Promise.all([1, 2, 3, 4].map(() => send(published('replay'))));
    expect(await recordingsOf('replay')).toHaveLength(1);
    await server.api.stop(first?.id ?? '');
    await ended(first?.id ?? '');
    expect(await send(published('replay'))).toEqual({ status: 204 }); // stopped is stopped, for as long as the room lasts
    await left(ada);
    expect(await send(published('replay'))).toEqual({ status: 204 }); // nobody is there
    expect(await recordingsOf('replay')).toHaveLength(1);
  });

  it('waits for media that its subscribe rules want', async () => {
    await template({ name: 'hosts', match: { rooms: ['stage'] }, recording: { ...brief, subscribe: { audio: { allow: ['host-*'] }, video: { allow: ['host-*'] } } } }); // prettier-ignore
    const guests = await bringPeople(server, 'stage', ['guest']);
    await send(published('stage'));
    expect(await recordingsOf('stage')).toEqual([]);
    const hosts = await bringPeople(server, 'stage', ['host-1']);
    const [recording] = await running('stage');
    await left([...guests, ...hosts]);
    await ended(recording?.id ?? '');
  });
});

describe.skipIf(livekit === null)('templates by looking alone', { timeout: 90_000 }, () => {
  beforeAll(async () => {
    dataDir = makeDataDir();
    server = await startServerProcess(dataDir, { TAPEDECK_AUTO_RECORD_POLL_S: '1', TAPEDECK_LIVEKIT_WEBHOOKS: 'false' });
  });
  afterAll(() => cleanUp(dataDir, server));

  recordsByItself();

  it('leaves a recording as it was begun when its template is changed, switched off and deleted while it runs', async () => {
    const { id } = await template({ name: 'edited', match: { rooms: ['edit-*'] }, recording: brief });
    await template({ name: 'other', match: { rooms: ['other-*'] }, recording: brief });
    const ada = await bringPeople(server, 'edit-1', ['ada']);
    const [first] = await running('edit-1');
    await call('PATCH', `/v1/templates/${id}`, { recording: { outputs: [{ type: 'individual' }] }, enabled: false });
    const late = [...(await bringPeople(server, 'edit-2', ['bo'])), ...(await bringPeople(server, 'other-1', ['cy']))];
    const [other] = await running('other-1');
    expect(await recordingsOf('edit-2')).toEqual([]); // looked at together with other-1
    await call('DELETE', `/v1/templates/${id}`);
    expect(await server.api.get(first?.id ?? '')).toMatchObject({ state: 'recording', template: 'edited', outputs: first?.outputs });
    await left([...ada, ...late]);
    const recording = await ended(first?.id ?? '');
    expect(recording).toMatchObject({ state: 'completed', endReason: 'room-empty', template: 'edited', files: [{ type: 'composite' }] });
    await ended(other?.id ?? '');
  });

  it('records every room of an application when its autoRecord says so', async () => {
    await call('PATCH', '/v1/application', { autoRecord: { recording: brief } });
    const ada = await bringPeople(server, 'any room', ['ada']);
    const [first] = await running('any room');
    expect(first).toMatchObject({ isAutomatic: true, outputs: [{ type: 'composite' }] });
    await call('PATCH', '/v1/application', { autoRecord: null });
    await left(ada);
    expect(await ended(first?.id ?? '')).toMatchObject({ state: 'completed', endReason: 'room-empty' });
  });
});
