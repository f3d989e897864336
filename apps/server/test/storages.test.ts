import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTerminal, type Recording } from '@tapedeck/protocol';
import { decodeFile, type FaultProxy, requirement, type S3Server, startFaultProxy, startS3Server } from '@tapedeck/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitForRecording } from '../src/cli/follow-recording.ts';
import { bringPeople, sendHome } from './support/people.ts';
import { readArchive } from './support/read-archive.ts';
import { cleanUp, makeDataDir, type ServerProcess, startServerProcess, testPair } from './support/server-process.ts';

const livekit = requirement('livekit');
const s3 = requirement('s3');
const small = { type: 'composite', video: { width: 320, height: 180, fps: 15 } } as const;
const env = { TAPEDECK_OUTGOING_ALLOW_PRIVATE: '127.0.0.1', TAPEDECK_DELIVERY_RETRY_MAX_S: '12' };
const nothing = { picture: () => undefined, sound: () => undefined };

describe.skipIf(livekit === null || s3 === null)('storages of a node', { timeout: 120_000 }, () => {
  let dataDir: string;
  let server: ServerProcess;
  let bucket: S3Server;
  const proxies: FaultProxy[] = [];
  beforeAll(async () => {
    dataDir = makeDataDir();
    bucket = await startS3Server(s3 ?? '');
    bucket.makeBucket('calls');
    server = await startServerProcess(dataDir, env);
  });
  afterAll(async () => {
    await cleanUp(dataDir, server);
    for (const proxy of proxies) await proxy.close();
    await bucket.close();
  });

  const call = async (method: string, path: string, body?: object): Promise<{ status: number; body: Record<string, unknown> }> => {
    const authorization = `Basic ${btoa(`${testPair.key}:${testPair.secret}`)}`;
    const headers = { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) };
    const answer = await fetch(`${server.url}${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  };
  const addStorage = async (name: string, change: object = {}): Promise<{ proxy: FaultProxy; id: string }> => {
    const proxy = await startFaultProxy(bucket.port);
    proxies.push(proxy);
    const { accessKeyId, secretAccessKey } = bucket;
    const settings = { preset: 'minio', endpoint: proxy.endpoint, bucket: 'calls', prefix: `${name}/`, accessKeyId, secretAccessKey };
    const { status, body } = await call('POST', '/v1/storages', { name, ...settings, ...change });
    expect(status, JSON.stringify(body)).toBe(201);
    return { proxy, id: String(body['id']) };
  };
  const until = (id: string, isDone: (recording: Recording) => boolean) => waitForRecording(server.api, id, isDone);
  const ended = (id: string): Promise<Recording> => until(id, (recording) => isTerminal(recording.state));
  const object = (storage: string, key: string): string => join(bucket.folder, 'calls', storage, key);

  it('take the files of a call, HLS while it runs, and lose them with the recording', async () => {
    await addStorage('archive');
    const people = await bringPeople(server, 'archived', ['ada', 'bo']);
    const outputs = [
      { ...small, formats: ['mp4', 'hls'] },
      { type: 'individual', formats: ['mp4'], video: small.video },
    ];
    const { id } = await server.api.create({ room: 'archived', storage: 'archive', prefix: 'm/', outputs });
    const growing = await until(id, ({ files }) => files.some(({ state }) => state === 'growing'));
    expect(growing.state).toBe('recording');
    const [live] = growing.files;
    expect(live).toMatchObject({ format: 'hls', storage: 'archive', state: 'growing', sha256: null });
    const playlist = await (await fetch(live?.url ?? '')).text();
    expect(playlist).toMatch(/#EXT-X-PLAYLIST-TYPE:EVENT[^]*#EXT-X-MAP[^]*\.m4s/);
    expect(playlist).not.toContain('ENDLIST');
    const part = /^[^#].*\.m4s$/m.exec(playlist)?.[0] ?? '';
    const answer = await fetch(new URL(part, live?.url ?? ''));
    expect([answer.status, (await answer.arrayBuffer()).byteLength > 1000]).toEqual([200, true]);

    await server.api.stop(id);
    const recording = await ended(id);
    await sendHome(people);
    expect(recording).toMatchObject({ state: 'completed', error: null, delivery: null });
    expect(recording.files.map(({ format, state, storage }) => `${format} ${state} ${storage}`).toSorted()).toEqual(
      ['hls complete archive', ...Array.from({ length: 3 }, () => 'mp4 complete archive')].toSorted(),
    );
    for (const file of recording.files) {
      expect(existsSync(object('archive', file.key)), file.key).toBe(true);
      if (file.format === 'mp4') expect((await decodeFile(object('archive', file.key), nothing)).durationMs).toBeGreaterThan(1_000);
    }
    const whole = readFileSync(object('archive', recording.files.find(({ format }) => format === 'hls')?.key ?? ''), 'utf8');
    expect(whole).toContain('#EXT-X-ENDLIST');
    expect(readdirSync(join(dataDir, 'data', 'renders'))).not.toContain(id);

    const archived = await readArchive(server.url, id, join(dataDir, 'archive.zip'));
    for (const { key, sizeBytes, format } of recording.files)
      expect(archived[key.slice(`m/${id}/`.length)], key).toEqual(format === 'hls' ? expect.any(Number) : sizeBytes);
    expect(Object.keys(archived).filter((name) => name.endsWith('.m4s')).length).toBe(whole.match(/\.m4s$/gm)?.length);

    const hls = recording.files.find(({ format }) => format === 'hls');
    expect((await call('DELETE', `/v1/recordings/${id}/files/${hls?.id}`)).status).toBe(204);
    expect(existsSync(object('archive', hls?.key ?? ''))).toBe(false);
    expect(existsSync(object('archive', `m/${id}/${part}`))).toBe(false);
    expect((await server.api.get(id)).files.map(({ format }) => format)).toEqual(['mp4', 'mp4', 'mp4']);

    expect((await call('DELETE', `/v1/recordings/${id}`)).status).toBe(204);
    expect(existsSync(object('archive', `m/${id}`))).toBe(false);
  });

  it('that deny, fail or do not answer lose nothing: the call is recorded, and delivered when they are right again', async () => {
    const denying = await addStorage('denying');
    const failing = await addStorage('failing');
    const backed = await addStorage('backed', { fallback: 'default' });
    denying.proxy.fault = () => ({ kind: 'answer', status: 403, code: 'AccessDenied' });
    failing.proxy.fault = () => ({ kind: 'answer', status: 500, code: 'InternalError' });
    backed.proxy.fault = () => ({ kind: 'answer', status: 404, code: 'NoSuchBucket' });
    const people = await bringPeople(server, 'weather', ['ada']);
    const start = (storage: string) =>
      server.api.create({ room: 'weather', storage, outputs: [{ ...small, formats: ['mp4', 'hls'] }] }).then(({ id }) => id);
    const [one, two, three] = (await Promise.all(['denying', 'failing', 'backed'].map(start))) as [string, string, string];
    const live = await until(one, ({ delivery }) => delivery?.lastError !== undefined && delivery.lastError !== null);
    expect(live).toMatchObject({ state: 'recording', delivery: { lastError: { code: 'STORAGE_DENIED', fault: 'destination' } } });
    for (const id of [one, two, three]) await server.api.stop(id);

    const fallen = await ended(three);
    expect(fallen).toMatchObject({ state: 'completed', delivery: { lastError: null } });
    expect(fallen.files.map(({ storage, state }) => `${storage} ${state}`)).toEqual(['default complete', 'default complete']);
    const waiting = await until(two, ({ state, delivery }) => state === 'delivering' && delivery?.lastError != null);
    expect(waiting).toMatchObject({ error: null, delivery: { lastError: { code: 'STORAGE_UNAVAILABLE', fault: 'destination' } } });
    await until(one, ({ state, delivery }) => state === 'delivering' && (delivery?.failures ?? 0) > 1);

    await sendHome(people);
    await server.signal('SIGTERM'); // the queue is on disk
    server = await startServerProcess(dataDir, env);
    expect(await server.api.get(one)).toMatchObject({ state: 'delivering', delivery: { lastError: { code: 'STORAGE_DENIED' } } });
    failing.proxy.fault = () => null;
    denying.proxy.fault = () => null;
    // Whoever puts a storage right is not kept waiting.
    expect((await call('PATCH', `/v1/storages/${denying.id}`, { secretAccessKey: bucket.secretAccessKey })).status).toBe(200);
    for (const [id, storage] of [
      [one, 'denying'],
      [two, 'failing'],
    ] as const) {
      const recording = await ended(id);
      expect(recording).toMatchObject({ state: 'completed', error: null, delivery: { lastError: null, nextAttemptAt: null } });
      expect(recording.delivery?.attempts).toBeGreaterThan(0);
      expect(recording.files.map(({ state }) => state)).toEqual(['complete', 'complete']);
      for (const { key } of recording.files) expect(existsSync(object(storage, key)), key).toBe(true);
    }
  });

  it.each([
    ['denied', { secretAccessKey: 'another' }, 'STORAGE_DENIED'],
    ['without its bucket', { bucket: 'nothing-there' }, 'STORAGE_BUCKET_MISSING'],
    ['of an unknown name', { endpoint: 'http://nowhere.invalid' }, 'STORAGE_NAME_UNKNOWN'],
  ])('tell what is wrong with one that is %s', async (_what, change, code) => {
    const { id } = await addStorage(`wrong-${code.toLowerCase().replaceAll('_', '-')}`, change);
    const { status, body } = await call('POST', `/v1/storages/${id}/test`);
    expect([status, body]).toMatchObject([200, { ok: false, error: { code, fault: 'destination' } }]);
    expect(JSON.stringify((await call('GET', '/v1/storages')).body)).not.toContain(bucket.secretAccessKey);
  });

  it('of a private network are refused unless they are allowed', async () => {
    const { accessKeyId, secretAccessKey } = bucket;
    const settings = { name: 'inside', endpoint: 'http://10.0.0.1:9000', bucket: 'calls', accessKeyId, secretAccessKey };
    expect(await call('POST', '/v1/storages', settings)).toMatchObject({
      status: 400,
      body: { code: 'OUTGOING_ADDRESS', fault: 'caller' },
    });
  });
});
