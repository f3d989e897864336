import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { decodeFile, requirement } from '@tapedeck/testkit';
import type { Recording } from '@tapedeck/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { epochDirs, hasPackets } from '../src/recorder/epoch-start.ts';
import { waitForRecording } from '../src/cli/follow-recording.ts';
import { verifyEvidence } from '../src/evidence/verify-evidence.ts';
import { type CaptureGap, captureGapsMs } from './support/capture-gaps.ts';
import { bringPeople, sendHome } from './support/people.ts';
import { cleanUp, makeDataDir, type ServerProcess, startServerProcess } from './support/server-process.ts';
import { untilStandby } from './support/standby.ts';

const livekit = requirement('livekit');
/** The full count of the fault tests; TAPEDECK_KILLS makes a quick run of fewer. */
const kills = Number(process.env['TAPEDECK_KILLS'] ?? 50);
const killsPerRound = 10;
/** So often the one that has just taken over is killed too, whether or not another one is ready. */
const hurriedEvery = 4;
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
    const single: number[] = [];
    const hurried: number[] = [];
    const killed = await killDuringRecordings(() => killOne(server.recorderPid()), {
      endsEpoch: true,
      onGap: (gapMs, isHurried) => void (isHurried ? hurried : single).push(gapMs),
    });
    expect(killed).toBe(kills);
    console.log(`${killed} kills of the recorder; capture gaps in mid call: ${distribution(single)}`);
    console.log(`kills of the successor before its own was sure to be ready: ${distribution(hurried)}`);
    expect(percentile(single, 0.95)).toBeLessThan(1_000);
    expect(percentile(single, 1)).toBeLessThan(2_000);
    expect(percentile(hurried, 1)).toBeLessThan(5_000);
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
    { perRound = killsPerRound, endsEpoch = false, onGap = (_gapMs: number, _isHurried: boolean): void => undefined } = {},
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
      const hurriedEpochs = new Set<number>();
      while (hits < whileRunning) {
        await captureGoesOn(id, lastEpoch);
        const isHurried = hits % hurriedEvery === hurriedEvery - 1;
        if (endsEpoch && !isHurried) await untilStandby(server.url);
        await delay(Math.random() * 1_500);
        if (endsEpoch) lastEpoch = newestEpoch(id);
        if (isHurried) hurriedEpochs.add(lastEpoch + 1);
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
      for (const { epoch, gapMs } of await judge(recording, performance.now() - startedMs, `round ${round}, ${hits} kills`))
        onGap(gapMs, hurriedEpochs.has(epoch));
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

  async function judge(recording: Recording, longestMs: number, what: string): Promise<readonly CaptureGap[]> {
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
      `${what}: ${Math.round(decoded.durationMs)} of ${elapsedMs} ms, ${gaps.length} takeovers, capture gaps ${gaps.map(({ gapMs }) => Math.round(gapMs)).join(' ')} ms`,
    );
    expect(decoded.durationMs, what).toBeGreaterThanOrEqual(elapsedMs - 1_000);
    expect(decoded.durationMs, what).toBeLessThanOrEqual(longestMs);
    expect((await verifyEvidence(log, null))?.findings, what).toEqual([]);
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

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0);
}

const distribution = (values: readonly number[]): string =>
  `${values.length} takeovers, p50 ${percentile(values, 0.5)} ms, p95 ${percentile(values, 0.95)} ms, worst ${percentile(values, 1)} ms`;

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
