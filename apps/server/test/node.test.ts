import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { requirement } from '@tapedeck/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitForRecording } from '../src/cli/follow-recording.ts';
import { bringPeople, sendHome } from './support/people.ts';
import { isAlive } from './support/process-tree.ts';
import { cleanUp, makeDataDir, runCommand, type ServerProcess, startServerProcess } from './support/server-process.ts';

const livekit = requirement('livekit');

describe.skipIf(livekit === null)('a node', () => {
  let dataDir: string;
  let server: ServerProcess;
  beforeAll(async () => {
    dataDir = makeDataDir();
    server = await startServerProcess(dataDir);
  });
  afterAll(() => cleanUp(dataDir, server));

  it('is ready when it says so', async () => {
    const ready = await fetch(`${server.url}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([200, { status: 'ok' }]);
  });

  it('refuses a second supervisor on its data directory, naming the first', async () => {
    const second = await runCommand(['up'], dataDir);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('DATA_DIR_LOCKED');
    expect(second.stderr).toContain(String(server.pid));
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  it('says that a port is taken instead of starting without it', async () => {
    const other = createServer();
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const otherDir = makeDataDir();
    const { port } = other.address() as AddressInfo;
    const timed = async (dir: string) => {
      const startedMs = performance.now();
      const result = await runCommand(['up'], dir, { TAPEDECK_PORT: String(port) });
      return { ...result, tookMs: performance.now() - startedMs };
    };
    const baseline = await timed(dataDir); // refused before anything is looked at: what starting the program costs on this machine, now
    const result = await timed(otherDir);
    other.close();
    expect(result.tookMs - baseline.tookMs).toBeLessThan(2_000);
    expect(existsSync(join(otherDir, 'data', 'postgres'))).toBe(false); // nothing was started for it
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(
      new RegExp(`Cannot listen on 127\\.0\\.0\\.1:${port} .*EADDRINUSE.*set TAPEDECK_PORT\\. \\[LISTEN_FAILED\\]`),
    );
    await cleanUp(otherDir, null);
  });

  it('does not start with a mistyped variable, and names one that it does not know', async () => {
    const typo = await runCommand(['list'], dataDir, { TAPEDECK_PROT: '7081' });
    expect([typo.code, typo.stderr]).toEqual([1, expect.stringContaining('TAPEDECK_PROT is unknown: TAPEDECK_PORT is probably meant')]);
    const stranger = await runCommand(['list'], dataDir, { TAPEDECK_TEAM: 'x' });
    expect([stranger.code, stranger.stderr]).toEqual([0, expect.stringContaining('unknown environment variable TAPEDECK_TEAM')]);
  });

  it('proxies LiveKit under its own port', async () => {
    const twirp = await fetch(`${server.url}/twirp/livekit.RoomService/ListRooms`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(twirp.status).toBe(401);
    expect(await twirp.text()).toContain('unauthenticated');
  });

  it('on SIGTERM seals and delivers what it records, then ends with 0 and leaves no process behind', async () => {
    const people = await bringPeople(server, 'stop', ['ada']);
    const { id } = await server.api.create({ room: 'stop' });
    await waitForRecording(server.api, id, (recording) => recording.state === 'recording');
    const pids = (['api', 'recorder', 'renderer'] as const).flatMap((role) => server.rolePids(role));
    expect(pids.length).toBeGreaterThanOrEqual(3);
    expect(await server.signal('SIGTERM')).toBe(0);
    await sendHome(people);
    expect(pids.filter(isAlive)).toEqual([]);

    server = await startServerProcess(dataDir);
    const recording = await server.api.get(id);
    expect(recording).toMatchObject({ state: 'completed', endReason: 'server-stopped', error: null });
    expect(recording.files).toHaveLength(1);
    const file = await fetch(recording.files[0]?.url ?? '');
    expect([file.status, Number(file.headers.get('content-length'))]).toEqual([200, recording.files[0]?.sizeBytes]);
    await file.body?.cancel();
  });
});
