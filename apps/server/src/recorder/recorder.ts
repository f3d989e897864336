import { setTimeout as delay } from 'node:timers/promises';
import { TapedeckError } from '@tapedeck/protocol';
import { endShare, freeBytes } from './free-disk.ts';
import { leaseExpiryMs } from './lease-keeper.ts';
import type { RecorderContext } from './recorder-context.ts';
import { type RecordingRun, startRecordingRun } from './recording-run.ts';

const pollMs = 1_000;
const diskCheckMs = 1_000;
/** Recordings that are tried again at the same time because their storage did not take them: they never keep new ones waiting. */
const mostWaiting = 8;
/** After an outage of the catalogue every lease has run out: live owners get so long to renew theirs before anybody takes them over. */
const renewalMs = leaseExpiryMs;

/** Claims recordings and works on them. */
export interface Recorder {
  /** Begins to claim; recordings of `deadOwners` at once. */
  activate(deadOwners: readonly string[]): void;
  ownerDied(owner: string): void;
  /** Claims nothing more; resolves when the last recording has ended by itself. */
  drain(): Promise<void>;
  /** Claims nothing more and ends every capture; resolves when all is delivered, at the latest after the grace. */
  stop(graceMs: number): Promise<void>;
}

/** @param context Its catalogue stays open until the recorder is drained or stopped. */
export async function startRecorder(context: RecorderContext): Promise<Recorder> {
  const runs = new Map<string, RecordingRun>();
  const deadOwners = new Set<string>();
  let isDrained = false;
  let wake = Promise.withResolvers<undefined>();
  let claims: Promise<void> | null = null;
  let lastAwayMs = Number.NEGATIVE_INFINITY;

  const unlisten = await context.catalogue.onChange((recordingId) => {
    for (const run of runs.values()) if (recordingId === null || run.recordingId === recordingId) run.poke();
    if (recordingId === null || !runs.has(recordingId)) wake.resolve(undefined);
  });
  const begin = async (): Promise<boolean> => {
    const waiting = [...runs.values()].filter((run) => run.isWaiting).length;
    if (runs.size - waiting >= context.runtime.config.recorder.maxRecordings) return false;
    const claim = await context.catalogue.leases.claimNext(context.owner, {
      ...{ expiryMs: leaseExpiryMs, deadOwners: [...deadOwners], exceptIds: [...runs.keys()], waiting: waiting < mostWaiting },
      takeExpired: performance.now() - lastAwayMs > renewalMs,
    });
    if (claim === null) return false;
    if (isDrained) {
      await context.catalogue.leases.release(claim).catch(() => undefined); // else it expires
      return false;
    }
    context.log.info({ recording: claim.recordingId, epoch: claim.epoch, room: claim.room, state: claim.state }, 'recording claimed');
    const run = startRecordingRun(claim, context);
    runs.set(claim.recordingId, run);
    context.metrics.active.set(runs.size);
    void run.ended.then(() => {
      runs.delete(claim.recordingId);
      context.metrics.active.set(runs.size);
      wake.resolve(undefined);
    });
    return true;
  };
  const claiming = async (): Promise<void> => {
    while (!isDrained) {
      const woken = wake.promise;
      const hasClaimed = await begin().catch((error: unknown) => {
        if (!(error instanceof TapedeckError && error.retryable)) throw error;
        lastAwayMs = performance.now();
        return false;
      });
      if (hasClaimed) continue;
      await Promise.race([woken, delay(pollMs, undefined, { ref: false })]);
      wake = Promise.withResolvers<undefined>();
    }
  };
  const whenIdle = async (): Promise<void> => {
    while (runs.size > 0) await Promise.all([...runs.values()].map((run) => run.ended));
  };
  const guard = watchDisk(context, () => [...runs.values()]);
  const drain = async (): Promise<void> => {
    isDrained = true;
    wake.resolve(undefined);
    await claims;
    await whenIdle();
    guard.abort();
    await unlisten().catch(() => undefined);
  };
  return {
    activate: (owners) => {
      for (const owner of owners) deadOwners.add(owner);
      wake.resolve(undefined);
      claims ??= claiming();
    },
    ownerDied: (owner) => {
      deadOwners.add(owner);
      wake.resolve(undefined);
    },
    drain,
    stop: async (graceMs) => {
      for (const run of runs.values()) run.stop('server-stopped');
      const timer = new AbortController();
      const late = delay(graceMs, undefined, { signal: timer.signal }).then(
        () => [...runs.values()].forEach((run) => run.abandon()),
        () => undefined,
      );
      await drain();
      timer.abort();
      await late;
    },
  };
}

/** Ends running recordings, sealed, before the disk is full to the last byte. */
function watchDisk(context: RecorderContext, runs: () => readonly RecordingRun[]): AbortController {
  const ending = new AbortController();
  const { dataDir, minFreeBytes } = context.runtime.config;
  void (async () => {
    while (!ending.signal.aborted) {
      const free = await freeBytes(dataDir).catch(() => Infinity);
      if (free < minFreeBytes * endShare) {
        if (runs().length > 0) context.log.error({ freeBytes: free, minFreeBytes }, 'disk is nearly full, ending the recordings');
        for (const run of runs()) run.stop('disk-full');
      }
      await delay(diskCheckMs, undefined, { signal: ending.signal, ref: false }).catch(() => undefined);
    }
  })();
  return ending;
}
