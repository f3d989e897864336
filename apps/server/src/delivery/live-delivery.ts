import { setTimeout as delay } from 'node:timers/promises';
import type { FileRow } from '@tapedeck/catalogue';
import type { Storage } from '@tapedeck/delivery';
import type { Logger } from '../log/logger.ts';
import { type Delivery, openOutputDelivery, type OutputDelivery } from './output-delivery.ts';
import type { DeliveryTracker } from './delivery-tracker.ts';

const lookEveryMs = 500;

/** Brings the files of a recording to their storage while they grow. */
export interface LiveDelivery {
  /** Begins nothing more; resolves when what is under way is there. */
  stop(): Promise<void>;
}

export interface LiveDeliveryOptions {
  readonly outputs: readonly Delivery[];
  readonly storage: () => Promise<Storage>;
  readonly tracker: DeliveryTracker;
  readonly onRow: (row: FileRow) => void;
  /** The tracker has changed. */
  readonly onStatus: () => void;
  readonly log: Logger;
  /** Ends all at once: the recording is lost or given up. */
  readonly signal: AbortSignal;
}

/** A storage that fails is left alone for a while and holds up nothing: what is missing is brought later. */
export function startLiveDelivery(options: LiveDeliveryOptions): LiveDelivery {
  const stopping = new AbortController();
  const signal = AbortSignal.any([stopping.signal, options.signal]);
  const following = Promise.all(options.outputs.map((output) => follow(output, options, signal)));
  return {
    stop: async () => {
      stopping.abort();
      await following;
    },
  };
}

async function follow(output: Delivery, options: LiveDeliveryOptions, stopping: AbortSignal): Promise<void> {
  const { tracker, log } = options;
  let delivery = null as { readonly storage: Storage; readonly output: OutputDelivery } | null;
  while (!stopping.aborted) {
    let waitMs = lookEveryMs;
    try {
      const storage = await options.storage();
      if (delivery?.storage !== storage) delivery = { storage, output: openOutputDelivery(output, storage, { isFinal: false }) };
      await delivery.output.pass(options.signal, options.onRow);
      if (tracker.value?.lastError != null) {
        tracker.succeeded();
        options.onStatus();
      }
    } catch (error) {
      if (options.signal.aborted) return;
      waitMs = tracker.failed(error)?.delayMs ?? lookEveryMs;
      log.warn({ err: error, waitMs }, 'storage does not take the growing files');
      options.onStatus();
    }
    await delay(waitMs, undefined, { signal: stopping }).catch(() => undefined);
  }
}
