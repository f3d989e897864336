import { setTimeout as delay } from 'node:timers/promises';
import { CommandError } from '../errors.ts';

/** A server whose API process is started again is back long before. */
const patienceMs = 15_000;
const againMs = 250;

/** Asks the server again while it is away for the moment: recordings and renders do not end because of that. @throws {CommandError} as `ask`. */
export async function patiently<T>(ask: () => Promise<T>, { forMs = patienceMs, everyMs = againMs } = {}): Promise<T> {
  const untilMs = performance.now() + forMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof CommandError && error.retryable) || performance.now() > untilMs) throw error;
      await delay(everyMs);
    }
  }
}
