import { execFileSync } from 'node:child_process';
import { writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { decodeFile, requirement } from '@tapedeck/testkit';
import { isTerminal } from '@tapedeck/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitForRecording } from '../src/cli/follow-recording.ts';
import { freeBytes } from '../src/recorder/free-disk.ts';
import { bringPeople, sendHome } from './support/people.ts';
import { cleanUp, makeDataDir, type ServerProcess, startServerProcess } from './support/server-process.ts';

const livekit = requirement('livekit');
const mebibyte = 1024 ** 2;
const reserve = 160 * mebibyte;

/** A file system of its own for the node's data: a tmpfs. Needs root; where that is not possible the test says so and is skipped. */
function mountSmallDisk(path: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=700m,mode=755', 'tapedeck-test', path], { stdio: 'pipe' });
    return true;
  } catch (error) {
    console.warn(`SKIPPED TESTS: a tmpfs cannot be mounted here (run as root): ${String(error).split('\n')[0]}`);
    return false;
  }
}

const dataDir = makeDataDir();
const isMounted = livekit !== null && mountSmallDisk(dataDir);

describe.skipIf(!isMounted)('on a disk that fills up', { timeout: 120_000 }, () => {
  let server: ServerProcess;
  const ballast = join(dataDir, 'ballast');
  const fillTo = async (leftBytes: number): Promise<void> => {
    const free = await freeBytes(dataDir);
    writeFileSync(ballast, Buffer.alloc(Math.max(0, free - leftBytes), 1));
  };
  beforeAll(async () => {
    server = await startServerProcess(dataDir, { TAPEDECK_MIN_FREE_BYTES: String(reserve) });
  });
  afterAll(async () => {
    if (server !== undefined) await server.signal('SIGTERM');
    execFileSync('umount', ['-l', dataDir]);
    await cleanUp(dataDir, null);
  });

  it('new recordings are refused, running ones go on until the reserve is gone and end sealed and delivered', async () => {
    const people = await bringPeople(server, 'disk', ['ada']);
    const { id } = await server.api.create({ room: 'disk', outputs: [{ type: 'composite', video: { width: 320, height: 180, fps: 15 } }] });
    await waitForRecording(server.api, id, (recording) => recording.state === 'recording');

    await fillTo(reserve / 2);
    await expect(server.api.create({ room: 'disk' })).rejects.toThrow(/DISK_FULL/);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    expect((await server.api.get(id)).state).toBe('recording');

    rmSync(ballast);
    await fillTo(reserve / 8);
    const recording = await waitForRecording(server.api, id, ({ state }) => isTerminal(state));
    await sendHome(people);
    expect(recording).toMatchObject({ state: 'completed', endReason: 'disk-full', error: null });
    const decoded = await decodeFile(join(dataDir, 'data', 'storage', 'default', recording.files[0]?.key ?? ''), {
      picture: () => undefined,
      sound: () => undefined,
    });
    expect(decoded.durationMs).toBeGreaterThan(1_000);

    rmSync(ballast);
    const next = await server.api.create({ room: 'disk', idleTimeoutS: 1 });
    expect(next.state).toBe('starting');
  });
});
