import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import type { Claim } from '@tapedeck/catalogue';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { buildApi } from '../src/index.ts';
import { openEventSource, type EventSource } from './event-source.ts';
import { basic, fileFacts, startTestApi } from './test-api.ts';
import type { TestApi } from './test-api.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 }); // a loaded machine takes its time for initdb

let api: TestApi;
let app: FastifyInstance;
let base: string;
let sources: EventSource[] = [];
beforeAll(async () => {
  api = await startTestApi();
  app = await buildApi(api.options({ stream: { heartbeatMs: 50, patienceMs: 300, keptEvents: 10 } }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await app.close();
  await api.close();
});
afterEach(() => {
  for (const source of sources) source.close();
  sources = [];
});

async function listen(query = '', headers: Record<string, string> = {}): Promise<EventSource> {
  const source = await openEventSource(`${base}/v1/events${query}`, { authorization: api.authorization, ...headers });
  sources.push(source);
  return source;
}

/** A recording that a recorder holds: it can make events. */
async function begin(room: string): Promise<Claim> {
  const { body } = await api.call('POST', '/v1/recordings', { room });
  const claim = await api.catalogue.leases.claimNext('test', { expiryMs: 60_000 });
  if (claim?.recordingId !== body['id']) throw new Error('claimed another recording');
  return claim as Claim;
}
const note = (claim: Claim, n: number) => api.catalogue.leases.event(claim, 'note.test', { n });

test('events come as they happen and tell what the history, the recording and a webhook tell', async () => {
  const source = await listen();
  const id = await api.recorded('live', { key: 'live/one.mp4', bytes: Buffer.from('film') });
  await source.count(7);
  expect(source.received.map(({ data }) => data.recording.state)).toEqual(
    ['starting', 'recording', 'recording', 'stopping', 'rendering', 'delivering', 'completed'], // the second `recording`: file.ready
  );
  const history = (await api.call('GET', `/v1/recordings/${id}/events`)).body['items'];
  expect(source.received.map(({ id: eventId, type, data }) => ({ id: eventId, at: data.createdAt, type, data: data.data }))).toEqual(
    history,
  );
  const { url, ...file } = (await api.call('GET', `/v1/recordings/${id}`)).body['files'][0];
  expect((source.received.at(-1)?.data.recording as unknown as { files: object[] } | undefined)?.files).toEqual([
    { ...file, url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/files\//) },
  ]);
  expect(url).toContain('live/one.mp4');
});

test('a stream goes on behind the last event, nothing lost and nothing twice, by header or query', async () => {
  const claim = await begin('resume');
  const first = await listen();
  await note(claim, 1);
  await first.count(1);
  first.close();
  await note(claim, 2);
  await note(claim, 3);
  const last = first.received[0]?.id ?? '';
  for (const again of [await listen('', { 'last-event-id': last }), await listen(`?after=${last}`)]) {
    await again.count(2);
    expect(again.received.map(({ data }) => data.data['n'])).toEqual([2, 3]);
  }
});

test('more than is kept in memory can be gone back', async () => {
  const claim = await begin('long');
  const first = await listen(`?recording=${claim.recordingId}`);
  await note(claim, 0);
  await first.count(1);
  for (let n = 1; n <= 130; n++) await note(claim, n);
  await first.count(131);
  const again = await listen('', { 'last-event-id': first.received[0]?.id ?? '' });
  await again.count(130);
  expect(again.received.map(({ data }) => data.data['n'])).toEqual(Array.from({ length: 130 }, (_, n) => n + 1));
});

test('an event that is not kept any more is said so; what is no event id is refused', async () => {
  const source = await listen('', { 'last-event-id': `evt_${'0'.repeat(25)}z` });
  await source.count(1);
  expect(source.received[0]).toMatchObject({ id: null, type: 'stream.reset' });
  const refused = await api.call('GET', '/v1/events', undefined, { 'last-event-id': '17' });
  expect([refused.status, refused.body['field']]).toEqual([400, 'Last-Event-ID']);
});

test('a stream is narrowed by recording, room and type', async () => {
  const [one, two] = [await begin('narrow'), await begin('wide')];
  const narrowed = [
    await listen(`?recording=${one.recordingId}`),
    await listen('?room=narrow'),
    await listen('?types=participant.joined,file.*'),
  ];
  await note(two, 1);
  await api.catalogue.leases.participant(two, { identity: 'bo', name: '', joinedMs: 0, leftMs: null });
  await note(one, 2);
  await api.catalogue.leases.participant(one, { identity: 'ada', name: '', joinedMs: 0, leftMs: null });
  await Promise.all(narrowed.map((source) => source.count(2)));
  const seen = narrowed.map(({ received }) => received.map(({ type, data }) => `${type} ${data.recording.room}`));
  expect(seen).toEqual([
    ['note.test narrow', 'participant.joined narrow'],
    ['note.test narrow', 'participant.joined narrow'],
    ['participant.joined wide', 'participant.joined narrow'],
  ]);
});

test.each([
  ['types=recording.exploded', 400, 'types'],
  ['recording=x', 400, 'recording'],
  ['speed=2', 400, 'speed'],
])('refuses %s', async (query, status, field) => {
  const answer = await api.call('GET', `/v1/events?${query}`);
  expect([answer.status, answer.body['field']]).toEqual([status, field]);
});

test('an application hears nothing of another, a token nothing of other rooms and nothing after its end', async () => {
  const other = await api.catalogue.applications.add('deaf', 'deaf-key', 'deaf-secret');
  const stranger = await listen('', { authorization: basic(other.key, other.secret) });
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const expS = Math.floor(Date.now() / 1000) - 4; // tokens are good for ten seconds more: six are left, enough to hear one event
  const text = `${part({ alg: 'HS256' })}.${part({ iss: api.application.key, exp: expS, video: { roomRecord: true, room: 'mine' } })}`;
  const token = `Bearer ${text}.${createHmac('sha256', api.application.secret).update(text).digest('base64url')}`;
  const narrow = await listen('', { authorization: token });
  const all = await listen();
  const [mine, theirs] = [await begin('mine'), await begin('theirs')];
  await all.count(2);
  await narrow.count(1);
  await narrow.ended;
  expect([stranger.received.length, narrow.received.map(({ data }) => data.recording.id)]).toEqual([0, [mine.recordingId]]);
  expect(theirs.recordingId).not.toBe(mine.recordingId);
  expect((await api.call('GET', '/v1/events?room=other', undefined, { authorization: token })).status).toBeGreaterThanOrEqual(401);
});

test('a silent stream shows that it lives', async () => {
  const source = await listen();
  await vi.waitFor(() => expect(source.comments.count).toBeGreaterThan(2));
});

test('a reader that takes nothing is dropped, and loses nothing when it comes back', async () => {
  const claim = await begin('slow');
  await api.catalogue.leases.file(claim, {
    ...fileFacts,
    participant: 'x'.repeat(400_000),
    key: 'k',
    storagePath: 'k',
    sizeBytes: 1,
    format: 'mp4',
  });
  const witness = await listen(`?recording=${claim.recordingId}`);
  await note(claim, 0);
  await witness.count(1);
  const socket = connect({ port: Number(new URL(base).port), host: '127.0.0.1' });
  socket.write(`GET /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: ${api.authorization}\r\n\r\n`);
  await once(socket, 'data');
  socket.pause();
  const closed = once(socket, 'close');
  const before = await connections();
  for (let n = 1; n <= 40; n++) await note(claim, n);
  await witness.count(41);
  await vi.waitFor(async () => expect(await connections()).toBe(before - 1), { timeout: 20_000 });
  socket.resume();
  await closed;
  const again = await listen('', { 'last-event-id': witness.received[0]?.id ?? '' });
  await again.count(40);
});

const connections = () => new Promise<number>((resolve) => app.server.getConnections((_error, count) => resolve(count)));
