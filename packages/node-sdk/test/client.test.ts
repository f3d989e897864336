import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { requirement } from '@tapedeck/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TapedeckApiError, TapedeckClient, verifyWebhook, type TapedeckEvent } from '../src/index.ts';
import { bring } from './support/people.ts';
import { startTestServer, type TestServer } from './support/server.ts';

const livekit = requirement('livekit');

describe.skipIf(livekit === null)('the client against a real server', { timeout: 120_000 }, () => {
  let server: TestServer;
  let target: Server;
  let tapedeck: TapedeckClient;
  const posted: { body: string; headers: IncomingHttpHeaders }[] = [];

  beforeAll(async () => {
    server = await startTestServer({ TAPEDECK_OUTGOING_ALLOW_PRIVATE: '127.0.0.1' });
    tapedeck = new TapedeckClient(server);
    target = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
      request.on('end', () => {
        posted.push({ body, headers: request.headers });
        response.end();
      });
    }).listen(0, '127.0.0.1');
    await once(target, 'listening');
  });
  afterAll(async () => {
    target.close();
    await server.stop();
  });

  it('records a room, is told by event and by a webhook that it verifies, and finds the files', async () => {
    const webhook = await tapedeck.webhooks.create({ url: `http://127.0.0.1:${(target.address() as AddressInfo).port}/` });
    expect(webhook.secret).toMatch(/^whsec_/);
    const told: TapedeckEvent[] = [];
    const listening = new AbortController();
    const following = (async () => {
      for await (const event of tapedeck.events({ room: 'sdk', signal: listening.signal })) told.push(event);
    })().catch(() => undefined);
    const ada = await bring(server, 'sdk', 'ada', 1);
    expect(await tapedeck.rooms.list()).toMatchObject([{ name: 'sdk' }]);

    const request = {
      room: 'sdk',
      outputs: [{ type: 'composite', video: null, formats: ['m4a'] }],
      metadata: { meetingId: '42' },
    } as const;
    const made = await tapedeck.recordings.create(request, { idempotencyKey: 'once' });
    expect((await tapedeck.recordings.create(request, { idempotencyKey: 'once' })).id).toBe(made.id);
    await vi.waitFor(async () => expect((await tapedeck.recordings.get(made.id)).state).toBe('recording'), { timeout: 30_000 });
    expect((await tapedeck.recordings.patch(made.id, { metadata: { meetingId: '43' } })).metadata).toEqual({ meetingId: '43' });
    await tapedeck.recordings.pause(made.id);
    await vi.waitFor(async () => expect((await tapedeck.recordings.get(made.id)).state).toBe('paused'), { timeout: 30_000 });
    await tapedeck.recordings.resume(made.id);
    await vi.waitFor(async () => expect((await tapedeck.recordings.get(made.id)).state).toBe('recording'), { timeout: 30_000 });
    await tapedeck.recordings.stop(made.id);
    const ended = await tapedeck.recordings.waitUntilEnded(made.id);
    await ada.stop();
    expect(ended).toMatchObject({ state: 'completed', endReason: 'stopped' });

    const [file] = await tapedeck.recordings.files(made.id, { expiresInS: 60 });
    expect(file).toMatchObject({ format: 'm4a', state: 'complete' });
    expect((await (await fetch(file?.url ?? '')).arrayBuffer()).byteLength).toBe(file?.sizeBytes);
    const archive = await new Response(await tapedeck.recordings.archive(made.id)).bytes();
    expect(Buffer.from(archive.subarray(0, 4)).toString('latin1')).toBe('PK\u0003\u0004');
    expect((await tapedeck.recordings.list({ room: 'sdk', metadata: 'meetingId:43' })).items.map(({ id }) => id)).toEqual([made.id]);
    expect((await tapedeck.recordings.events(made.id)).at(-1)).toMatchObject({ data: { state: 'completed' } });

    const render = await tapedeck.recordings.renders.create(made.id, { output: { type: 'composite', video: null, formats: ['wav'] } });
    await vi.waitFor(async () => expect(await tapedeck.recordings.renders.get(made.id, render.id)).toMatchObject({ state: 'completed' }), {
      timeout: 60_000,
    });
    expect((await tapedeck.recordings.renders.list(made.id)).map(({ id }) => id)).toEqual([render.id]);

    const isLast = ({ type, data }: TapedeckEvent): boolean => type === 'recording.state_changed' && data['state'] === 'completed';
    await vi.waitFor(() => expect(told.some(isLast)).toBe(true), { timeout: 30_000 });
    await vi.waitFor(() => expect(posted.some(({ body }) => isLast(JSON.parse(body) as TapedeckEvent))).toBe(true), { timeout: 30_000 });
    listening.abort();
    await following;
    const verified = posted.map(({ body, headers }) => verifyWebhook(body, headers, webhook.secret ?? ''));
    const order = (events: readonly TapedeckEvent[]): string[] =>
      events.flatMap(({ id, type }) => (type === 'recording.state_changed' ? [id] : []));
    expect(order(verified)).toEqual(order(told));
    expect(verified.find(isLast)?.recording.metadata).toEqual({ meetingId: '43' });
    expect(() => verifyWebhook(`${posted[0]?.body} `, posted[0]?.headers ?? {}, webhook.secret ?? '')).toThrow(/not signed/);
    expect((await tapedeck.usage()).total.recordings).toBeGreaterThan(0);
  });

  it('lists all recordings, page after page', async () => {
    const made: string[] = [];
    for (let index = 0; index < 3; index++) made.push((await tapedeck.recordings.create({ room: `page-${index}`, prefix: 'pages/' })).id);
    const listed: string[] = [];
    for await (const { id } of tapedeck.recordings.listAll({ prefix: 'pages/', limit: 1 })) listed.push(id);
    expect(listed).toEqual(made.toReversed());
    for (const id of made) {
      await tapedeck.recordings.stop(id);
      expect((await tapedeck.recordings.waitUntilEnded(id)).state).toBe('aborted');
    }
    await tapedeck.recordings.delete(made[0] ?? '');
    await expect(tapedeck.recordings.get(made[0] ?? '')).rejects.toMatchObject({
      code: 'RECORDING_NOT_FOUND',
      status: 404,
      fault: 'caller',
    });
  });

  it('has every resource', async () => {
    const template = await tapedeck.templates.create({
      name: 'lesson',
      recording: { outputs: [{ type: 'composite', layout: { name: 'speaker' } }] },
    });
    expect((await tapedeck.templates.patch(template.id, { enabled: false })).enabled).toBe(false);
    expect((await tapedeck.templates.list()).map(({ name }) => name)).toEqual(['lesson']);
    await tapedeck.templates.delete(template.id);
    await expect(tapedeck.templates.get(template.id)).rejects.toMatchObject({ code: 'TEMPLATE_NOT_FOUND' });

    const secretAccessKey = 'secret-of-a-bucket';
    const storage = await tapedeck.storages.create({
      ...{ name: 'bucket', endpoint: 'http://127.0.0.1:1', region: 'us-east-1', bucket: 'recordings', accessKeyId: 'key', secretAccessKey },
    });
    expect(JSON.stringify(await tapedeck.storages.list())).not.toContain(secretAccessKey);
    expect((await tapedeck.storages.test(storage.id)).ok).toBe(false);
    expect((await tapedeck.storages.patch(storage.id, { region: 'eu-west-1' })).region).toBe('eu-west-1');
    await tapedeck.storages.delete(storage.id);

    const pair = await tapedeck.keys.create({ name: 'second' });
    const second = new TapedeckClient({ url: server.url, key: pair.key, secret: pair.secret ?? '' });
    expect((await second.application.get()).name).toBe((await tapedeck.application.get()).name);
    await tapedeck.keys.delete(pair.key);
    await expect(second.application.get()).rejects.toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });

    expect((await tapedeck.application.patch({ name: 'renamed' })).name).toBe('renamed');
    const [webhook] = await tapedeck.webhooks.list();
    expect((await tapedeck.webhooks.deliveries(webhook?.id ?? '', { limit: 1 })).items).toHaveLength(1);
    expect((await tapedeck.webhooks.rotateSecret(webhook?.id ?? '')).secret).toMatch(/^whsec_/);
    expect((await tapedeck.evidenceKey()).algorithm).toBe('Ed25519');
    expect((await tapedeck.tokens.create({ room: 'a', identity: 'b' })).url).toMatch(/^ws:/);
  });

  it('names the field that is wrong, and who must act', async () => {
    const wrong = { room: 'a', outputs: [{ type: 'composite', video: { fps: 61 } }] } as const;
    const error = await tapedeck.recordings.create(wrong).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TapedeckApiError);
    expect(error).toMatchObject({ status: 400, code: 'INVALID_REQUEST', fault: 'caller', field: 'outputs[0].video.fps' });
    expect((error as TapedeckApiError).requestId).toMatch(/^req_/);
    const stranger = new TapedeckClient({ url: server.url, key: server.key, secret: 'wrong' });
    await expect(stranger.recordings.list()).rejects.toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    await expect(stranger.events().next()).rejects.toMatchObject({ status: 401 });
  });
});
