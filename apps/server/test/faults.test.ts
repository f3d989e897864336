import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { decodeFile, requirement } from '@tapedeck/testkit';
import type { Recording } from '@tapedeck/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { epochDirs, hasPackets } from '../src/recorder/epoch-start.ts';
import { waitForRecording } from '../src/cli/follow-recording.ts';
import { verifyLog } from '../src/cli/verify-log.ts';
import { captureGapsMs } from './support/capture-gaps.ts';
import { bringPeople, sendHome } from './support/people.ts';
import { cleanUp, makeDataDir, type ServerProcess, startServerProcess } from './support/server-process.ts';

const livekit = requirement('livekit');
/** The full count of the fault tests; TAPEDECK_KILLS makes a quick run of fewer. */
const kills = Number(process.env['TAPEDECK_KILLS'] ?? 50);
const killsPerRound = 10;
const small = { type: 'composite', video: { width: 320, height: 180, fps: 15 } } as const;

describe.skipIf(livekit === null)(`SIGKILL at ${kills} random moments`, { timeout: 600_000 }, () => {
  let dataDir: string;
  let server: ServerProcess;
  let restarted: ServerProcess | null = null;
  beforeEach(async () => {
    dataDir = makeDataDir();
    server = await startServerProcess(dataDir);
  });
  afterEach(async () => {
    await cleanUp(dataDir, restarted ?? server);
    restarted = null;
  });

  it('of the recorder: another goes on, no file is lost, none is listed twice', async () => {
    const gaps: number[] = [];
    const killed = await killDuringRecordings(() => killOne(server.recorderPid()), {
      endsEpoch: true,
      onGaps: (found) => gaps.push(...found),
    });
    expect(killed).toBe(kills);
    gaps.sort((a, b) => a - b);
    const at = (share: number): number => Math.round(gaps[Math.floor((gaps.length - 1) * share)] ?? 0);
    console.log(
      `${killed} kills of the recorder, ${gaps.length} takeovers in mid call: capture gap p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms`,
    );
    expect(at(0.5)).toBeLessThan(1_000);
  });

  it('of the render worker: it goes on at the first missing part', async () => {
    // Three restarts are what one recording may need; more in one recording would be a render that cannot work.
    const killed = await killDuringRecordings(() => killOne(pick(server.renderWorkerPids())), { perRound: 3 });
    expect(killed).toBe(kills);
  });

  it('of the API: recordings do not notice', async () => {
    const killed = await killDuringRecordings(() => killOne(server.rolePids('api')[0] ?? null));
    expect(killed).toBe(kills);
  });

  it('of the supervisor: recordings go on, and the next start needs no hand', async () => {
    const killed = await killDuringRecordings(async () => {
      await server.signal('SIGKILL');
      server = await startServerProcess(dataDir, { TAPEDECK_PORT: new URL(server.url).port });
      restarted = server;
      return true;
    });
    expect(killed).toBe(kills);
  });

  /** Short recordings of a room with two people, one after the other, until `kill` has hit often enough. Returns how often it has. */
  async function killDuringRecordings(
    kill: () => Promise<boolean>,
    { perRound = killsPerRound, endsEpoch = false, onGaps = (_gapsMs: readonly number[]): void => undefined } = {},
  ): Promise<number> {
    const people = await bringPeople(server, 'faults', ['ada', 'bo']);
    let killed = 0;
    for (let round = 1; killed < kills; round += 1) {
      const wanted = Math.min(perRound, kills - killed);
      const startedMs = performance.now();
      const { id } = await patiently(() => server.api.create({ room: 'faults', outputs: [small] }));
      const whileRunning = Math.ceil(wanted * (0.5 + Math.random() / 2)); // the others fall into stopping, rendering and delivering
      let hits = 0;
      let lastEpoch = 0;
      while (hits < whileRunning) {
        await captureGoesOn(id, lastEpoch);
        await delay(Math.random() * 1_500);
        if (endsEpoch) lastEpoch = newestEpoch(id);
        if (await kill()) hits += 1;
      }
      await captureGoesOn(id, lastEpoch);
      const done = stopAndWait(id);
      let isOver = false;
      void done.finally(() => (isOver = true)).catch(() => undefined);
      while (hits < wanted && !isOver) {
        await delay(Math.random() * 500);
        if (await kill()) hits += 1;
      }
      const recording = await done;
      killed += hits;
      onGaps(await judge(recording, performance.now() - startedMs, `round ${round}, ${hits} kills`));
    }
    await sendHome(people);
    return killed;
  }

  /** Resolves when an epoch after `epoch` has packets: whoever was killed has a successor at work. */
  async function captureGoesOn(id: string, epoch: number): Promise<void> {
    while (newestEpoch(id) <= epoch) await delay(20);
  }

  /** Number of the newest epoch with packets; 0: none. */
  function newestEpoch(id: string): number {
    const dir = epochDirs(join(dataDir, 'data', 'recordings', id)).findLast(hasPackets);
    return dir === undefined ? 0 : Number(basename(dir).slice(1));
  }

  async function stopAndWait(id: string): Promise<Recording> {
    await patiently(() => server.api.stop(id));
    return patiently(() => waitForRecording(server.api, id, (recording) => recording.state === 'completed'));
  }

  async function judge(recording: Recording, longestMs: number, what: string): Promise<readonly number[]> {
    expect(recording.state, `${what}: ${JSON.stringify(recording.error)} ${server.output.slice(-3_000)}`).toBe('completed');
    const elapsedMs = Date.parse(recording.endedAt ?? '') - Date.parse(recording.startedAt ?? '');
    expect(recording.files.map((file) => file.key)).toEqual([`${recording.id}/composite.mp4`]);
    const [file] = recording.files;
    const decoded = await decodeFile(join(dataDir, 'data', 'storage', 'default', file?.key ?? ''), {
      picture: () => undefined,
      sound: () => undefined,
    });
    const log = join(dataDir, 'data', 'recordings', recording.id);
    const gaps = await captureGapsMs(log);
    console.log(
      `${what}: ${Math.round(decoded.durationMs)} of ${elapsedMs} ms, ${gaps.length} takeovers, capture gaps ${gaps.map(Math.round).join(' ')} ms`,
    );
    expect(decoded.durationMs, what).toBeGreaterThanOrEqual(elapsedMs - 1_000);
    expect(decoded.durationMs, what).toBeLessThanOrEqual(longestMs);
    expect(
      (await verifyLog(log)).flatMap((epoch) => epoch.problems),
      what,
    ).toEqual([]);
    return gaps;
  }
});

async function killOne(pid: number | null): Promise<boolean> {
  if (pid === null) return false;
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

const pick = (pids: readonly number[]): number | null => pids[Math.floor(Math.random() * pids.length)] ?? null;

/** The API itself may have just been killed: the call is made again until it answers. */
async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Error && / does not answer/.test(error.message))) throw error;
      await delay(50);
    }
  }
}
