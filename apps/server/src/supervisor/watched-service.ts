import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../log/logger.ts';
import { createBackoff } from './backoff.ts';

/** A server of ours (PostgreSQL, LiveKit) that outlives the supervisor's own death and is found again. */
export interface Service {
  readonly pid: number;
  readonly url: string;
  /** Resolves when its process is gone. Never rejects. */
  readonly exited: Promise<unknown>;
  stop(): Promise<void>;
}

/** Keeps one {@link Service} running until `stop`. */
export interface WatchedService {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a service and starts it again whenever it dies, with backoff. The first start must succeed. */
export async function watchService(name: string, start: () => Promise<Service>, log: Logger): Promise<WatchedService> {
  let service = await start();
  let isUp = true;
  const stopping = new AbortController();
  const watching = (async () => {
    const backoff = createBackoff();
    while (!stopping.signal.aborted) {
      const startedMs = performance.now();
      await Promise.race([service.exited, whenAborted(stopping.signal)]);
      if (stopping.signal.aborted) return;
      isUp = false;
      log.warn({ service: name, pid: service.pid }, 'service died, starting it again');
      const next = await startAgain(name, start, log, stopping.signal, () => backoff.next(performance.now() - startedMs));
      if (next === null) return;
      service = next;
      isUp = true;
    }
  })();
  return {
    get url() {
      return service.url;
    },
    stop: async () => {
      stopping.abort();
      await watching;
      if (isUp) await service.stop();
      isUp = false;
    },
  };
}

async function startAgain(
  name: string,
  start: () => Promise<Service>,
  log: Logger,
  signal: AbortSignal,
  nextDelayMs: () => number,
): Promise<Service | null> {
  for (;;) {
    await delay(nextDelayMs(), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return null;
    try {
      return await start();
    } catch (error) {
      log.error({ err: error, service: name }, 'service did not start');
    }
  }
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
