import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
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
    const result = await runCommand(['up'], otherDir, { TAPEDECK_PORT: String(port) });
    other.close();
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('LISTEN_FAILED');
    await cleanUp(otherDir, null);
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
