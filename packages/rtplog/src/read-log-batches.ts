import { existsSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { EpochReader } from './epoch-reader.ts';
import { LogNotFoundError } from './errors.ts';
import { listEpochs } from './log-folders.ts';
import { SEAL_FILE } from './seal.ts';
import type { LogBatch } from './types.ts';

/** The longest a follower sleeps before it looks again, whatever the file system reports. */
const POLL_MS = 100;

/** How a log is read. */
export interface ReadLogOptions {
  /** True: wait at the end of a log that is not sealed. False: end there. */
  readonly follow: boolean;
  /** Ends the reading: the generator returns without a batch that has `hasEnded`. */
  readonly signal?: AbortSignal;
  /** Leaves out records (not events) that arrived before, on the clock of epoch `fromEpoch`. Whole segments are skipped unread. */
  readonly fromUs?: number;
  /** Leaves out records (not events) of earlier epochs. Default: the first epoch there is. */
  readonly fromEpoch?: number;
}

/**
 * Yields everything of a recording's log in arrival order: records of all tracks and session events, epoch after epoch. The last batch has
 * `hasEnded` (and may be empty).
 *
 * A batch spans at most one second of the arrival clock and memory is bounded by it. Record bytes are views that live until the next batch is asked
 * for. A follower gives out what a `clock` event has declared complete, waits for the next, and goes to the real end when the epoch is sealed or a later
 * epoch exists; so whoever takes over a recording opens its own epoch first and seals the old one then. The items are the same in both modes.
 *
 * @param recordingDir `recordings/<recordingId>`; a follower waits for it to appear.
 * @throws {LogNotFoundError} RTPLOG_NOT_FOUND when there is no epoch in it and `follow` is false.
 */
export async function* readLogBatches(recordingDir: string, options: ReadLogOptions): AsyncGenerator<LogBatch, undefined> {
  const { follow, signal, fromUs = 0 } = options;
  let epoch = await firstEpoch(recordingDir, options);
  const fromEpoch = options.fromEpoch ?? epoch ?? 0;
  let watermarkUs = 0;
  while (epoch !== null) {
    const dir = `${recordingDir}/e${epoch}`;
    const reader = new EpochReader(dir, epoch, epoch < fromEpoch ? Number.POSITIVE_INFINITY : epoch === fromEpoch ? fromUs : 0);
    const watcher = follow ? new FolderWatcher(dir) : null;
    try {
      while (watcher !== null && !(await isComplete(recordingDir, epoch))) {
        if (signal?.aborted === true) return;
        const change = watcher.next(signal);
        yield* reader.readToWatermark();
        await change;
      }
      for await (const batch of reader.readToEnd()) {
        if (signal?.aborted === true) return;
        yield batch;
      }
      watermarkUs = reader.watermarkUs;
    } finally {
      watcher?.close();
      await reader.close();
    }
    epoch = await nextEpoch(recordingDir, epoch);
  }
  if (signal?.aborted !== true) yield { items: [], watermarkUs, hasEnded: true };
}

async function firstEpoch(recordingDir: string, { follow, signal }: ReadLogOptions): Promise<number | null> {
  for (;;) {
    const [epoch] = await listEpochs(recordingDir);
    if (epoch !== undefined) return epoch;
    if (!follow) throw new LogNotFoundError(recordingDir);
    if (signal?.aborted === true) return null;
    await new FolderWatcher(null).next(signal);
  }
}

async function nextEpoch(recordingDir: string, epoch: number): Promise<number | null> {
  const epochs = await listEpochs(recordingDir);
  return epochs.find((candidate) => candidate > epoch) ?? null;
}

async function isComplete(recordingDir: string, epoch: number): Promise<boolean> {
  return existsSync(`${recordingDir}/e${epoch}/${SEAL_FILE}`) || (await nextEpoch(recordingDir, epoch)) !== null;
}

/** Wakes a follower when something in an epoch's folder changes (session.jsonl grows, the seal appears), and every 100 ms all the same. */
class FolderWatcher {
  #watcher: FSWatcher | null = null;
  #wake: (() => void) | null = null;

  constructor(dir: string | null) {
    if (dir === null) return;
    try {
      this.#watcher = watch(dir, { persistent: false }, () => this.#wake?.());
      this.#watcher.on('error', () => this.close());
    } catch {
      // No watches left, or a file system without them: the poll alone does it.
    }
  }

  /** Resolves at the next change after this call, after 100 ms, or when the signal fires. */
  next(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        this.#wake = null;
        resolve();
      };
      const timer = setTimeout(wake, POLL_MS);
      this.#wake = wake;
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }
}
