import { setTimeout as delay } from 'node:timers/promises';
import type { Claim, FileRow } from '@tapedeck/catalogue';
import type { Storage } from '@tapedeck/delivery';
import { TapedeckError } from '@tapedeck/protocol';
import type { Logger } from '../log/logger.ts';
import type { Storages } from '../storages/open-storages.ts';
import type { DeliveryTracker } from './delivery-tracker.ts';
import { type Delivery, openOutputDelivery } from './output-delivery.ts';
import { withFallback } from './with-fallback.ts';

/** A longer wait is not worth holding the recording for. */
const heldMs = 10_000;

export interface DeliverOptions {
  readonly claim: Claim;
  readonly outputs: readonly Delivery[];
  readonly storages: Storages;
  readonly tracker: DeliveryTracker;
  readonly onRow: (row: FileRow) => void;
  /** The tracker has changed. */
  readonly onStatus: () => void;
  /** Lets go of the recording for so long. */
  readonly park: (delayMs: number) => Promise<void>;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/**
 * Brings all files of a recording whose renders have ended to its storage, or to that storage's fallback. May run again after any end.
 *
 * @returns `parked` when the storage has to be asked again later: then the recording was let go of.
 * @throws the storage's last error once it has failed for too long, and everything that no later attempt puts right.
 */
export async function deliverRecording(options: DeliverOptions): Promise<'delivered' | 'parked'> {
  const { tracker, log, signal } = options;
  for (;;) {
    try {
      await attempt(options);
      tracker.succeeded();
      options.onStatus();
      return 'delivered';
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TapedeckError && error.retryable)) throw error;
      const next = tracker.failed(error);
      options.onStatus();
      if (next === null) throw error;
      log.warn({ err: error, waitMs: next.delayMs, attempts: tracker.value?.attempts }, 'storage did not take the files, trying again');
      if (next.delayMs > heldMs) {
        await options.park(next.delayMs);
        return 'parked';
      }
      await delay(next.delayMs, undefined, { signal });
    }
  }
}

async function attempt(options: DeliverOptions): Promise<void> {
  const { claim, storages, tracker, log, signal } = options;
  const where = { applicationId: claim.applicationId, storage: claim.request.storage, storages };
  await withFallback({ ...where, failingMs: () => tracker.failingMs, log, signal }, async (storage, taken) =>
    deliverTo(storage, taken, options),
  );
}

/** @param taken A storage whose files stay where they are. */
async function deliverTo(storage: Storage, taken: Storage | null, { outputs, onRow, signal }: DeliverOptions): Promise<void> {
  const results = await Promise.allSettled(
    outputs.map(async (output) => {
      const elsewhere = taken === null ? {} : { elsewhere: openOutputDelivery(output, taken, { isFinal: true }).known };
      await openOutputDelivery(output, storage, { isFinal: true, ...elsewhere }).pass(signal, (row) => {
        if (row.state === 'complete') onRow(row);
      });
    }),
  );
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
