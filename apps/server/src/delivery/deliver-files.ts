import { setTimeout as delay } from 'node:timers/promises';
import type { FileRow } from '@tapedeck/catalogue';
import { TapedeckError } from '@tapedeck/protocol';
import type { Logger } from '../log/logger.ts';
import type { Storages } from '../storages/open-storages.ts';
import { createDeliveryTracker, type RetryRules } from './delivery-tracker.ts';
import { type Delivery, openOutputDelivery } from './output-delivery.ts';
import { withFallback } from './with-fallback.ts';

export interface DeliverFilesOptions {
  readonly applicationId: string;
  /** Name of the storage that is meant. */
  readonly storage: string;
  readonly storages: Pick<Storages, 'find' | 'settings'>;
  readonly retry: RetryRules;
  /** The storage did not take the files and is asked again: this may take days. */
  readonly onWaiting: () => void;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/**
 * Puts every complete file of the outputs into the storage, or into its fallback, and returns their rows. May run again: what is already there is found and left alone.
 * A storage that is away or denies is asked again, each time by its settings as they are then.
 *
 * @throws the storage's last error once it took nothing for as long as `retry` lets it, and what no later attempt puts right.
 */
export async function deliverFiles(deliveries: readonly Delivery[], options: DeliverFilesOptions): Promise<readonly FileRow[]> {
  const { log, signal } = options;
  const tracker = createDeliveryTracker(null, options.retry);
  const rows = new Map<string, FileRow>();
  for (;;) {
    try {
      await withFallback({ ...options, failingMs: () => tracker.failingMs }, async (storage, taken) => {
        for (const delivery of deliveries) {
          const elsewhere = taken === null ? {} : { elsewhere: openOutputDelivery(delivery, taken, { isFinal: true }).known };
          await openOutputDelivery(delivery, storage, { isFinal: true, ...elsewhere }).pass(signal, (row) => {
            if (row.state === 'complete') rows.set(row.key, row);
          });
        }
      });
      return [...rows.values()];
    } catch (error) {
      signal.throwIfAborted();
      const next = error instanceof TapedeckError && error.retryable ? tracker.failed(error) : null;
      if (next === null) throw error;
      options.onWaiting();
      log.warn({ err: error, waitMs: next.delayMs }, 'storage did not take the files of a render, trying again');
      await delay(next.delayMs, undefined, { signal });
    }
  }
}
