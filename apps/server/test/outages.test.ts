import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isTerminal, type Recording } from '@tapedeck/protocol';
import { decodeFile, loadAudioLoop, requirement, startLightPublisher } from '@tapedeck/testkit';
import { describe, expect, it } from 'vitest';
import { waitForRecording } from '../src/cli/follow-recording.ts';
import { verifyEvidence } from '../src/evidence/verify-evidence.ts';
import { epochDirs } from '../src/recorder/epoch-start.ts';
import { bringPeople, sendHome } from './support/people.ts';
import { descendants, isAlive } from './support/process-tree.ts';
import { testPair } from './support/server-process.ts';
import { useServer } from './support/use-server.ts';

const livekit = requirement('livekit');
const small = { type: 'composite', video: { width: 320, height: 180, fps: 15 } } as const;
const watched = { ...small, formats: ['hls', 'mp4'] } as const;
const authorization = `Basic ${btoa(`${testPair.key}:${testPair.secret}`)}`;

describe.skipIf(livekit === null)('a recording that runs', { timeout: 120_000 }, () => {
  const server = useServer();

  const logOf = (id: string): string => join(server.dataDir, 'data', 'recordings', id);
  const running = (id: string): Promise<Recording> => waitForRecording(server.api, id, ({ state }) => state === 'recording');
  const stopped = async (id: string): Promise<Recording> => {
    await server.api.stop(id);
    return waitForRecording(server.api, id, ({ state }) => isTerminal(state));
  };
  /** Kills the server's children that match and waits until they are gone; returns how many. */
  const killAll = async (part: string): Promise<number> => {
    const pids = descendants(server.pid, part);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    while (pids.some(isAlive)) await delay(5);
    return pids.length;
  };
  /** Resolves when the log has grown by so many bytes. */
  const logGrows = async (id: string, bytes: number): Promise<void> => {
    const before = sizeOf(logOf(id));
    while (sizeOf(logOf(id)) < before + bytes) await delay(20);
  };
  const isReady = async (): Promise<boolean> =>
    fetch(`${server.url}/readyz`).then(
      ({ status }) => status === 200,
      () => false,
    );

  it('does not notice that PostgreSQL is killed: what happens meanwhile is in the catalogue afterwards', async () => {
    const ada = await bringPeople(server, 'no-database', ['ada']);
    const { id } = await server.api.create({ room: 'no-database', outputs: [small] });
    const { startedAt } = await running(id);
    expect(await killAll('bin/postgres')).toBe(1);
    const bo = await bringPeople(server, 'no-database', ['bo']);
    await logGrows(id, 100_000);
    await expect.poll(isReady, { timeout: 20_000 }).toBe(true);
    await expect.poll(async () => (await server.api.get(id)).participants.length, { timeout: 10_000 }).toBe(2);
    await logGrows(id, 100_000);
    const recording = await stopped(id);
    await sendHome([...ada, ...bo]);
    expect(recording, JSON.stringify(recording.error)).toMatchObject({ state: 'completed', startedAt, endReason: 'stopped' });
    expect(recording.participants.map(({ identity }) => identity).sort()).toEqual(['ada', 'bo']);
    expect(epochDirs(logOf(id))).toHaveLength(1); // nobody took a live recorder's lease
    expect((await verifyEvidence(logOf(id), null))?.findings).toEqual([]);
    const elapsedMs = Date.parse(recording.endedAt ?? '') - Date.parse(startedAt ?? '');
    expect(recording.files).toHaveLength(1);
    expect(recording.files[0]?.durationMs).toBeGreaterThan(elapsedMs - 1_000);
  });

  it('goes on when the LiveKit server is killed: it joins the new one and records who comes back', async () => {
    const before = await bringPeople(server, 'no-sfu', ['ada']);
    const { id } = await server.api.create({ room: 'no-sfu', outputs: [small] });
    const tracks = (): readonly string[] => readdirSync(join(logOf(id), 'e1', 'tracks'));
    const { startedAt } = await running(id);
    await expect.poll(() => tracks().length, { timeout: 10_000 }).toBe(2);
    expect(await killAll('livekit.yaml')).toBe(1);
    await sendHome(before);
    await expect.poll(isReady, { timeout: 20_000 }).toBe(true);
    const after = await bringPeople(server, 'no-sfu', ['ada', 'bo']);
    await waitForRecording(server.api, id, ({ participants }) => participants.some(({ identity }) => identity === 'bo'));
    await expect.poll(() => tracks().length, { timeout: 10_000 }).toBe(6); // two before, four after
    const recording = await stopped(id);
    await sendHome(after);
    expect(recording, JSON.stringify(recording.error)).toMatchObject({ state: 'completed', endReason: 'stopped' });
    expect(epochDirs(logOf(id))).toHaveLength(1);
    const elapsedMs = Date.parse(recording.endedAt ?? '') - Date.parse(startedAt ?? '');
    expect(recording.files[0]?.durationMs).toBeGreaterThan(elapsedMs - 1_000);
  });

  it('is refused where the room is encrypted end to end, with that reason', async () => {
    const audio = await loadAudioLoop({ identity: 1, durationS: 10 });
    const url = server.url.replace('http', 'ws');
    const person = await startLightPublisher({ url, ...testPair, room: 'secret', identity: 'eve', audio, isEncrypted: true });
    const { id } = await server.api.create({ room: 'secret', outputs: [small] });
    await expect.poll(async () => (await server.api.get(id)).state, { timeout: 10_000 }).toBe('failed');
    await person.stop();
    const recording = await server.api.get(id);
    expect(recording).toMatchObject({ error: { code: 'ROOM_ENCRYPTED', fault: 'caller' }, files: [] });
    expect(recording.error?.detail).toMatch(/"secret" is encrypted end to end \("eve"/);
  });

  it('keeps what came before somebody encrypted joined: its files are whole, then it ends as failed', async () => {
    const ada = await bringPeople(server, 'half-secret', ['ada']);
    const { id } = await server.api.create({ room: 'half-secret', outputs: [watched] });
    await growing(id);
    const audio = await loadAudioLoop({ identity: 1, durationS: 10 });
    const url = server.url.replace('http', 'ws');
    const eve = await startLightPublisher({ url, ...testPair, room: 'half-secret', identity: 'eve', audio, isEncrypted: true });
    const recording = await waitForRecording(server.api, id, ({ state }) => isTerminal(state));
    await sendHome([...ada, eve]);
    expect(recording).toMatchObject({ state: 'failed', endReason: 'failed', error: { code: 'ROOM_ENCRYPTED', fault: 'caller' } });
    await judgeFailed(recording);
  });

  it('keeps what was rendered when its render fails again and again: nothing is left growing', async () => {
    const ada = await bringPeople(server, 'no-render', ['ada']);
    const { id } = await server.api.create({ room: 'no-render', outputs: [watched] });
    await growing(id);
    const killed = new Set<number>();
    while (killed.size < 4) {
      for (const pid of server.renderWorkerPids().filter((one) => !killed.has(one))) {
        process.kill(pid, 'SIGKILL');
        killed.add(pid);
      }
      await delay(20);
    }
    // Its viewers are told at once; the recording itself goes on.
    const states = async (): Promise<string[]> => (await server.api.get(id)).files.map(({ state }) => state);
    await expect.poll(states, { timeout: 20_000 }).toEqual(['complete', 'complete']);
    expect((await server.api.get(id)).state).toBe('recording');
    const recording = await stopped(id);
    await sendHome(ada);
    expect(recording).toMatchObject({ state: 'failed', endReason: 'stopped', error: { code: 'RENDER_FAILED', fault: 'service' } });
    await judgeFailed(recording);
  });

  /** Resolves when the recording can be watched. */
  const growing = (id: string): Promise<Recording> =>
    waitForRecording(server.api, id, ({ files }) => files.some(({ state, durationMs }) => state === 'growing' && durationMs > 0));

  /** Everything that is listed is whole, stands in the storage and can be played. */
  async function judgeFailed({ id, files }: Recording): Promise<void> {
    expect(files.map(({ format, state }) => [format, state]).toSorted()).toEqual([
      ['hls', 'complete'],
      ['mp4', 'complete'],
    ]);
    for (const { key, durationMs } of files) {
      const path = join(server.dataDir, 'data', 'storage', 'default', key);
      const decoded = await decodeFile(path, { picture: () => undefined, sound: () => undefined });
      expect(durationMs).toBeGreaterThan(0);
      expect(Math.abs(decoded.durationMs - durationMs), key).toBeLessThan(150);
    }
    expect(readFileSync(join(server.dataDir, 'data', 'storage', 'default', id, 'composite.m3u8'), 'utf8')).toMatch(/\n#EXT-X-ENDLIST\n$/);
    const { items } = (await (await fetch(`${server.url}/v1/recordings/${id}/events`, { headers: { authorization } })).json()) as {
      items: readonly { type: string; data: { format?: string } }[];
    };
    const told = items.filter(({ type }) => type.startsWith('file.')).map(({ type, data }) => `${type} ${data.format}`);
    expect(told.toSorted()).toEqual(['file.growing hls', 'file.ready hls', 'file.ready mp4']);
  }
});

function sizeOf(dir: string): number {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.rtplog'))
    .reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
}
