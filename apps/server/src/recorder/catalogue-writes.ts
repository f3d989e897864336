import { setTimeout as delay } from 'node:timers/promises';
import { TapedeckError } from '@tapedeck/protocol';
import type { Logger } from '../log/logger.ts';

const firstRetryMs = 100;
const longestRetryMs = 2_000;

/** Writes of one recording to the catalogue, in order. A catalogue that is away delays them and nothing else. */
export interface CatalogueWrites {
  /** Queues a write. A write that the catalogue refuses for good is logged and left out. */
  push(what: string, write: () => Promise<unknown>): void;
  /** Resolves when everything queued so far is written (or `signal` ends the waiting). */
  settled(): Promise<void>;
  /** As `push`, but waits and returns the answer. @throws what the catalogue refused it with, or the abort reason. */
  ask<T>(what: string, read: () => Promise<T>): Promise<T>;
}

/** @param signal Ends every retry: the recording is given up or lost to another owner. */
export function createCatalogueWrites(log: Logger, signal: AbortSignal): CatalogueWrites {
  let tail: Promise<unknown> = Promise.resolve();
  const ask = <T>(what: string, action: () => Promise<T>): Promise<T> => {
    const answer = tail.then(() => retry(what, action, log, signal));
    tail = answer.catch(() => undefined);
    return answer;
  };
  return {
    ask,
    push: (what, write) => {
      ask(what, write).catch((error: unknown) => {
        if (!signal.aborted) log.error({ err: error, what }, 'catalogue refused a write');
      });
    },
    settled: async () => {
      await tail;
    },
  };
}

async function retry<T>(what: string, action: () => Promise<T>, log: Logger, signal: AbortSignal): Promise<T> {
  for (let waitMs = firstRetryMs; ; waitMs = Math.min(longestRetryMs, waitMs * 2)) {
    signal.throwIfAborted();
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof TapedeckError && error.retryable)) throw error;
      if (waitMs === firstRetryMs) log.warn({ err: error, what }, 'catalogue is away, trying again');
      await delay(waitMs, undefined, { signal });
    }
  }
}
