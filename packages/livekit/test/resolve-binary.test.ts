import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LiveKitBinaryError, LIVEKIT_VERSION, resolveLiveKitBinary } from '@tapedeck/livekit';

const archiveName = `livekit_${LIVEKIT_VERSION}_linux_amd64.tar.gz`;
const script = (version: string): string => `#!/bin/sh\necho "livekit-server version ${version}"\n`;
let folder: string;
let server: Server;
let base: string;
let answer: (path: string, response: ServerResponse) => void;
let archive: Buffer;

async function fakeBinary(path: string, content = script(LIVEKIT_VERSION)): Promise<string> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, content);
  await chmod(path, 0o755);
  return path;
}

const checksums = (sum: string): string => `${'0'.repeat(64)}  other.zip\n${sum}  ${archiveName}\n`;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const options = () => ({
  ...{ env: { PATH: '/usr/bin:/bin', HOME: folder }, cacheDir: join(folder, 'cache'), releasesUrl: base },
  ...{ platform: 'linux', machine: 'x64', connectTimeoutMs: 2000, stallTimeoutMs: 2000 },
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapedeck-binary-'));
  await fakeBinary(join(folder, 'release', 'livekit-server'));
  execFileSync('tar', ['-czf', join(folder, archiveName), '-C', join(folder, 'release'), 'livekit-server']);
  archive = await readFile(join(folder, archiveName));
  answer = (path, response) => void response.end(path.endsWith('checksums.txt') ? checksums(sha256(archive)) : archive);
  server = createServer((request, response) => answer(request.url ?? '', response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

async function failure(): Promise<LiveKitBinaryError> {
  const error = await resolveLiveKitBinary(options()).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(LiveKitBinaryError);
  return error as LiveKitBinaryError;
}

const downloadReason = (error: LiveKitBinaryError): string => error.attempts.find(({ way }) => way.startsWith('download'))?.reason ?? '';

test('a named binary wins over everything', async () => {
  const path = await fakeBinary(join(folder, 'mine'));
  expect(await resolveLiveKitBinary({ ...options(), env: { TAPEDECK_LIVEKIT_BIN: path } })).toEqual({ path, origin: 'environment' });
});

test('a named binary that is none fails instead of falling through', async () => {
  const path = await fakeBinary(join(folder, 'mine'), '#!/bin/sh\necho hello\n');
  await expect(resolveLiveKitBinary({ ...options(), env: { TAPEDECK_LIVEKIT_BIN: path } })).rejects.toThrow(/TAPEDECK_LIVEKIT_BIN/);
});

test('PATH comes before the cache, the cache before the download', async () => {
  const cached = await fakeBinary(join(folder, 'cache', `livekit-server-${LIVEKIT_VERSION}`));
  expect(await resolveLiveKitBinary(options())).toEqual({ path: cached, origin: 'cache' });
  const onPath = await fakeBinary(join(folder, 'bin', 'livekit-server'));
  const env = { ...options().env, PATH: `${join(folder, 'bin')}:/usr/bin:/bin` };
  expect(await resolveLiveKitBinary({ ...options(), env })).toEqual({ path: onPath, origin: 'path' });
});

test('the binary of an earlier go install is accepted', async () => {
  const path = await fakeBinary(join(folder, 'go', 'bin', 'server'));
  expect(await resolveLiveKitBinary(options())).toEqual({ path, origin: 'go-bin' });
});

test('a release with the right checksum is downloaded once and then cached', async () => {
  const { path, origin } = await resolveLiveKitBinary(options());
  expect(origin).toBe('download');
  expect(await readFile(path, 'utf8')).toBe(script(LIVEKIT_VERSION));
  answer = (_path, response) => void response.writeHead(500).end();
  expect(await resolveLiveKitBinary(options())).toEqual({ path, origin: 'cache' });
});

test('a wrong checksum is refused and leaves nothing behind', async () => {
  answer = (path, response) => void response.end(path.endsWith('checksums.txt') ? checksums('a'.repeat(64)) : archive);
  expect(downloadReason(await failure())).toContain(`published is ${'a'.repeat(64)}`);
  expect(await readdir(join(folder, 'cache'))).toEqual([]);
});

test('a missing release says so', async () => {
  answer = (_path, response) => void response.writeHead(404).end();
  expect(downloadReason(await failure())).toContain('HTTP 404');
});

test('a transfer that is cut off is refused', async () => {
  answer = (path, response) => {
    if (path.endsWith('checksums.txt')) return void response.end(checksums(sha256(archive)));
    response.writeHead(200, { 'content-length': archive.length });
    response.write(archive.subarray(0, 40), () => response.destroy());
  };
  expect(downloadReason(await failure())).toContain('cut off');
  expect(await readdir(join(folder, 'cache'))).toEqual([]);
});

test('a server that never answers is given up after the connect timeout', async () => {
  answer = () => {};
  expect(downloadReason(await failure())).toContain('no answer within 2 s');
});

test('when nothing works the error names every way', async () => {
  answer = (_path, response) => void response.writeHead(404).end();
  const error = await failure();
  expect(error.code).toBe('LIVEKIT_BINARY_MISSING');
  expect(error.attempts.map(({ way }) => way.split(' ')[0])).toEqual(['`livekit-server`', 'cache', 'an', 'download', 'go']);
  for (const { way } of error.attempts) expect(error.message).toContain(way);
});
