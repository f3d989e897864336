import { setTimeout as delay } from 'node:timers/promises';
import { TapedeckError } from '@tapedeck/protocol';
import { endShare, freeBytes } from './free-disk.ts';
import { leaseExpiryMs } from './lease-keeper.ts';
import type { RecorderContext } from './recorder-context.ts';
import { type RecordingRun, startRecordingRun } from './recording-run.ts';

const pollMs = 1_000;
const diskCheckMs = 1_000;

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
  const drained = new AbortController();
  let wake = Promise.withResolvers<undefined>();
  let isActive = false;

  const unlisten = await context.catalogue.onChange((recordingId) => {
    for (const run of runs.values()) if (recordingId === null || run.recordingId === recordingId) run.poke();
    if (recordingId === null || !runs.has(recordingId)) wake.resolve(undefined);
  });
  const begin = async (): Promise<boolean> => {
    if (runs.size >= context.runtime.config.recorder.maxRecordings) return false;
    const claim = await context.catalogue.leases.claimNext(context.owner, { expiryMs: leaseExpiryMs, deadOwners: [...deadOwners] });
    if (claim === null) return false;
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
    while (!drained.signal.aborted) {
      const woken = wake.promise;
      const hasClaimed = await begin().catch((error: unknown) => {
        if (!(error instanceof TapedeckError && error.retryable)) throw error;
        return false;
      });
      if (hasClaimed) continue;
      await Promise.race([woken, delay(pollMs, undefined, { ref: false }), whenAborted(drained.signal)]);
      wake = Promise.withResolvers<undefined>();
    }
  };
  const whenIdle = async (): Promise<void> => {
    while (runs.size > 0) await Promise.all([...runs.values()].map((run) => run.ended));
  };
  const guard = watchDisk(context, () => [...runs.values()]);
  const drain = async (): Promise<void> => {
    drained.abort();
    await whenIdle();
    guard.abort();
    await unlisten().catch(() => undefined);
  };
  return {
    activate: (owners) => {
      for (const owner of owners) deadOwners.add(owner);
      wake.resolve(undefined);
      if (isActive) return;
      isActive = true;
      void claiming();
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

function whenAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
