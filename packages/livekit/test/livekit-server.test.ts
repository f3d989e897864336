import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  adoptLiveKitServer,
  doesAnswer,
  LiveKitStartError,
  participantToken,
  recorderToken,
  roomService,
  startLiveKitServer,
  TokenError,
  verifyToken,
} from '@tapedeck/livekit';
import { requirement } from '@tapedeck/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pair } from './room-fixture.ts';

const binary = requirement('livekit');
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tapedeck-server-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe.skipIf(binary === null)('the LiveKit server as a process', () => {
  const start = () => startLiveKitServer({ binary: binary ?? '', dataDir, keys: [pair] });

  test('starts, serves our keys only, keeps its secret file private and stops', async () => {
    const server = await start();
    expect(await roomService(server.url, pair).listRooms()).toEqual([]);
    await expect(roomService(server.url, { ...pair, secret: 'x'.repeat(32) }).listRooms()).rejects.toThrow();
    expect((await stat(join(dataDir, 'livekit.yaml'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(dataDir, 'livekit.pid.json'), 'utf8')).not.toContain(pair.secret);
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
    expect(await adoptLiveKitServer(dataDir)).toBeNull();
  });

  test('takes the same ports again', async () => {
    const first = await start();
    await first.stop();
    const second = await start();
    expect([second.port, second.rtcTcpPort, second.rtcUdpPort]).toEqual([first.port, first.rtcTcpPort, first.rtcUdpPort]);
    await second.stop();
  });

  test('tells when it dies, and answers no more', async () => {
    const server = await start();
    expect(await doesAnswer(server.url)).toBe(true);
    process.kill(server.pid, 'SIGKILL');
    expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await doesAnswer(server.url)).toBe(false);
    expect(await adoptLiveKitServer(dataDir)).toBeNull();
    await server.stop();
  });

  test('outlives the process that started it and is adopted and stopped by another', async () => {
    const script = `import { startLiveKitServer } from '@tapedeck/livekit';
      const server = await startLiveKitServer({ binary: ${JSON.stringify(binary)}, dataDir: ${JSON.stringify(dataDir)}, keys: [${JSON.stringify(pair)}] });
      process.stdout.write(String(server.pid), () => process.kill(process.pid, 'SIGKILL'));`;
    const starter = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(starter, 'close');
    const adopted = await adoptLiveKitServer(dataDir);
    expect(adopted?.isAdopted).toBe(true);
    expect(isAlive(adopted?.pid ?? 0)).toBe(true);
    expect(await roomService(adopted?.url ?? '', pair).listRooms()).toEqual([]);
    await adopted?.stop();
    await adopted?.exited;
    await expect(roomService(adopted?.url ?? '', pair).listRooms()).rejects.toThrow();
    expect(await adoptLiveKitServer(dataDir)).toBeNull();
  });

  test('a process that took over the pid is not adopted', async () => {
    const server = await start();
    const path = join(dataDir, 'livekit.pid.json');
    const file = JSON.parse(await readFile(path, 'utf8')) as object;
    await writeFile(path, JSON.stringify({ ...file, pid: process.pid }));
    expect(await adoptLiveKitServer(dataDir)).toBeNull();
    await server.stop();
  });

  test('says what the server wrote when it does not start', async () => {
    const broken = join(dataDir, 'broken');
    await writeFile(broken, '#!/bin/sh\necho "the port is taken" >&2\nexit 3\n');
    await chmod(broken, 0o755);
    const failed = startLiveKitServer({ binary: broken, dataDir, keys: [pair] });
    await expect(failed).rejects.toThrow(LiveKitStartError);
    await expect(failed).rejects.toThrow(/the port is taken/);
    await expect(startLiveKitServer({ binary: join(dataDir, 'nothing'), dataDir, keys: [pair] })).rejects.toThrow(LiveKitStartError);
  });
});

test('tokens say what they allow, and only under the right secret', async () => {
  const recorder = await verifyToken(pair, await recorderToken(pair, 'room', 'recorder'));
  expect(recorder.video).toMatchObject({
    room: 'room',
    roomJoin: true,
    hidden: true,
    recorder: true,
    canPublish: false,
    canSubscribe: true,
  });
  const person = await verifyToken(pair, await participantToken(pair, { room: 'room', identity: 'ann', name: 'Ann', canPublish: false }));
  expect(person).toMatchObject({ sub: 'ann', name: 'Ann', video: { room: 'room', canPublish: false } });
  await expect(verifyToken({ ...pair, secret: 'another' }, await recorderToken(pair, 'room', 'recorder'))).rejects.toThrow(TokenError);
});
