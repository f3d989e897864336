import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { partsOf } from '../src/files/archive-entries.ts';
import { buildApi } from '../src/index.ts';
import type { FilesPort } from '../src/index.ts';
import { fileFacts, startTestApi } from './test-api.ts';
import type { TestApi } from './test-api.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 }); // a loaded machine takes its time for initdb

const run = promisify(execFile);
let api: TestApi;
let folder: string;
beforeAll(async () => {
  api = await startTestApi();
  folder = await mkdtemp(join(tmpdir(), 'tapedeck-archive-'));
});
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true });
});

/** An ended recording with these files; a key is below the recording's own folder, as delivery names it. */
async function recorded(files: Record<string, Buffer | string>, room = 'zip'): Promise<string> {
  const { body } = await api.call('POST', '/v1/recordings', { room });
  const claim = await api.catalogue.leases.claimNext('test', { expiryMs: 60_000 });
  if (claim?.recordingId !== body['id'] || claim === null) throw new Error('claimed another recording');
  await api.catalogue.leases.transition(claim, 'recording', { startedAt: new Date() });
  for (const [name, bytes] of Object.entries(files)) {
    const key = `meetings/${claim.recordingId}/${name}`;
    const storagePath = await api.putFile(key, Buffer.from(bytes as string));
    if (name.includes('parts/')) continue; // parts are no rows of their own
    const format = name.endsWith('.m3u8') ? 'hls' : 'mp4';
    await api.catalogue.leases.file(claim, { ...fileFacts, format, key, storagePath, sizeBytes: bytes.length });
  }
  for (const state of ['stopping', 'rendering', 'completed'] as const) await api.catalogue.leases.transition(claim, state);
  await api.catalogue.leases.release(claim);
  return claim.recordingId;
}

/** What another program (Python's zipfile) reads from an archive: name → bytes; it checks every CRC. */
async function unzip(zip: Buffer): Promise<Record<string, string>> {
  const path = join(folder, 'read.zip');
  await writeFile(path, zip);
  const script = `import json,sys,zipfile
z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None
print(json.dumps({i.filename: z.read(i).decode() for i in z.infolist()}))`;
  return JSON.parse((await run('python3', ['-c', script, path])).stdout) as Record<string, string>;
}

const playlist =
  '#EXTM3U\n#EXT-X-MAP:URI="parts/composite/init.mp4"\n#EXTINF:2,\nparts/composite/00001.m4s\n#EXTINF:2,\nparts/composite/00002.m4s\n#EXT-X-ENDLIST\n';

test('an archive holds every file under its own name, playlists with their parts', async () => {
  const id = await recorded(
    {
      ...{ 'composite.mp4': 'film', '会议 1.mp4': '你好', 'composite.m3u8': playlist, 'empty.mp4': '' },
      ...{ 'parts/composite/init.mp4': 'init', 'parts/composite/00001.m4s': 'one', 'parts/composite/00002.m4s': 'two' },
    },
    'weekly: 会议/1',
  );
  const answer = await api.call('GET', `/v1/recordings/${id}/archive`);
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/zip']);
  const name = `weekly_ 会议_1 ${new Date().toISOString().slice(0, 10)} ${id}.zip`;
  expect(answer.headers['content-disposition']).toBe(
    `attachment; filename="${name.replace(/[^\x20-\x7e]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(name)}`,
  );
  expect(await unzip(answer.bytes)).toEqual({
    ...{ 'composite.mp4': 'film', '会议 1.mp4': '你好', 'composite.m3u8': playlist, 'empty.mp4': '' },
    ...{ 'parts/composite/init.mp4': 'init', 'parts/composite/00001.m4s': 'one', 'parts/composite/00002.m4s': 'two' },
  });
});

test('an archive of some files only, its length told before', async () => {
  const id = await recorded({ 'one.mp4': 'first', 'two.mp4': 'second' });
  const [one] = (await api.call('GET', `/v1/recordings/${id}/files`)).body['items'];
  const answer = await api.call('GET', `/v1/recordings/${id}/archive?files=${one.id}`);
  expect(answer.headers['content-length']).toBe(String(answer.bytes.length));
  expect(await unzip(answer.bytes)).toEqual({ 'one.mp4': 'first' });
  expect((await api.call('GET', `/v1/recordings/${id}/archive?files=file_x`)).body['code']).toBe('FILE_NOT_FOUND');
});

test('without files, or with one that is gone, there is no archive', async () => {
  const none = await recorded({});
  expect((await api.call('GET', `/v1/recordings/${none}/archive`)).body['code']).toBe('NOT_FOUND');
  const gone = await recorded({ 'one.mp4': 'x' });
  const [file] = (await api.call('GET', `/v1/recordings/${gone}`)).body['files'];
  await rm(await api.putFile(file.key, Buffer.from('')));
  expect((await api.call('GET', `/v1/recordings/${gone}/archive`)).status).toBe(404);
  expect((await api.call('GET', '/v1/recordings/rec_00000000000000000000000000/archive')).body['code']).toBe('RECORDING_NOT_FOUND');
});

/** The API over files of any size; counts what is open. */
async function listenWith(
  open: (size: number) => Readable,
  sizeBytes: number,
): Promise<{ url: string; opened: Readable[]; close(): Promise<void> }> {
  const opened: Readable[] = [];
  const files: FilesPort = {
    ...api.options().files,
    stat: async () => ({ sizeBytes }),
    open: async () => {
      const stream = open(sizeBytes);
      opened.push(stream);
      return stream;
    },
  };
  const app = await buildApi(api.options({ files }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`, opened, close: async () => await app.close() };
}

test('more than 4 GiB begins at once, its length told before as Zip64 makes it', async () => {
  const id = await recorded({ 'long.mp4': 'x' });
  const path = join(folder, 'sparse.mp4');
  const sizeBytes = 2 ** 32 + 12_345;
  await (await open(path, 'w')).close();
  await truncate(path, sizeBytes); // holes cost no disk
  const { url, opened, close } = await listenWith(() => createReadStream(path), sizeBytes);
  const closing = new AbortController();
  const answer = await fetch(`${url}/v1/recordings/${id}/archive`, {
    headers: { authorization: api.authorization },
    signal: closing.signal,
  });
  const name = 'long.mp4'.length;
  // Local header, Zip64 data descriptor, directory entry with its time and Zip64 fields, and the three records of the end.
  expect(answer.headers.get('content-length')).toBe(String(30 + name + sizeBytes + 24 + (46 + name + 9 + 28) + 56 + 20 + 22));
  const { value } = (await answer.body?.getReader().read()) ?? {};
  expect(Buffer.from(value ?? []).readUInt32LE(0)).toBe(0x04034b50);
  closing.abort();
  await vi.waitFor(() => expect(opened[0]?.destroyed).toBe(true));
  await close();
});

test('a reader that takes nothing holds the archive up, and one that goes away closes what was open', async () => {
  const id = await recorded({ 'one.mp4': 'x' });
  const path = join(folder, 'large.mp4');
  const sizeBytes = 100 * 2 ** 20;
  await (await open(path, 'w')).close();
  await truncate(path, sizeBytes);
  const { url, opened, close } = await listenWith(() => createReadStream(path), sizeBytes);
  const request = httpRequest(`${url}/v1/recordings/${id}/archive`, { headers: { authorization: api.authorization } }).end();
  const answer = await new Promise<Readable>((resolve) => request.once('response', resolve));
  answer.pause();
  let read = -1;
  await vi.waitFor(
    () => {
      const now = (opened[0] as ReturnType<typeof createReadStream> | undefined)?.bytesRead ?? 0;
      const isStill = now === read && now > 0;
      read = now;
      expect(isStill).toBe(true);
    },
    { timeout: 20_000, interval: 200 },
  );
  expect(read).toBeLessThan(sizeBytes / 4);
  request.destroy();
  await vi.waitFor(() => expect(opened[0]?.destroyed).toBe(true));
  await close();
});

test('a storage that breaks off in the middle ends the answer, so that nobody takes it for whole', async () => {
  const id = await recorded({ 'one.mp4': 'x' });
  const path = join(folder, 'short.mp4');
  await writeFile(path, Buffer.alloc(100_000));
  const { url, close } = await listenWith(() => createReadStream(path), 200_000); // fewer bytes than were told
  const answer = await fetch(`${url}/v1/recordings/${id}/archive`, { headers: { authorization: api.authorization } });
  await expect(answer.arrayBuffer()).rejects.toThrow();
  expect((await readFile(path)).length).toBe(100_000);
  await close();
});

test('of a playlist only what lies beside it counts', () => {
  const odd = [
    'parts/1.m4s',
    '../secret.mp4',
    'https://example.com/x.m4s',
    '/etc/passwd',
    'parts/../../x',
    'parts/1.m4s',
    '# comment',
    'a?b',
    'a%2fb',
    '%2e%2e/x',
    '%',
    'parts/%E6%9D%8E/2.m4s',
  ];
  expect(partsOf(['#EXTM3U', ...odd].join('\r\n'))).toEqual(['parts/1.m4s', 'parts/李/2.m4s']);
  const thumbnails = 'WEBVTT\n\n00:00.000 --> 00:05.000\n1.jpg#xywh=0,0,160,90\n\n00:05.000 --> 00:10.000\n1.jpg#xywh=160,0,160,90';
  expect(partsOf(thumbnails)).toEqual(['1.jpg']);
});

test('one file is deleted, with its row, and the event says so; a running recording keeps its files', async () => {
  const id = await recorded({ 'one.mp4': 'first', 'two.mp4': 'second' });
  const [one, two] = (await api.call('GET', `/v1/recordings/${id}/files`)).body['items'];
  expect((await api.call('DELETE', `/v1/recordings/${id}/files/${one.id}`)).status).toBe(204);
  expect((await api.call('GET', new URL(one.url).pathname, undefined, { authorization: '' })).status).toBe(404);
  expect((await api.call('GET', `/v1/recordings/${id}`)).body['files'].map((file: { id: string }) => file.id)).toEqual([two.id]);
  const last = (await api.call('GET', `/v1/recordings/${id}/events`)).body['items'].at(-1);
  expect(last).toMatchObject({ type: 'file.deleted', data: { fileId: one.id, key: one.key } });
  expect((await api.call('DELETE', `/v1/recordings/${id}/files/${one.id}`)).body['code']).toBe('FILE_NOT_FOUND');
  const { body } = await api.call('POST', '/v1/recordings', { room: 'runs' });
  const claim = await api.catalogue.leases.claimNext('test', { expiryMs: 60_000 });
  if (claim === null) throw new Error('not claimed');
  await api.catalogue.leases.file(claim, { ...fileFacts, format: 'mp4', key: 'k', storagePath: 'k', sizeBytes: 1 });
  const [growing] = (await api.call('GET', `/v1/recordings/${body['id']}/files`)).body['items'];
  expect((await api.call('DELETE', `/v1/recordings/${body['id']}/files/${growing.id}`)).body['code']).toBe('RECORDING_STATE');
});
