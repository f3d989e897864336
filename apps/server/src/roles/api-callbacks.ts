import { type FilesPort, presentEvent } from '@tapedeck/api';
import type { Catalogue, DialectEventRow, DueCallback } from '@tapedeck/catalogue';
import { type OutgoingGuard, startCallbackSender } from '@tapedeck/delivery';
import type { VendorCallback } from '@tapedeck/protocol';
import type { CallbacksByDialect } from '../callbacks/dialects.ts';
import type { Logger } from '../log/logger.ts';

const pruneEveryMs = 3_600_000;
const eventsAtOnce = 100;

/** What the sender of vendor callbacks works with. */
export interface CallbackParts {
  readonly catalogue: Catalogue;
  readonly dialects: CallbacksByDialect;
  readonly guard: OutgoingGuard;
  readonly files: FilesPort;
  /** Where receivers reach this server, for the addresses of files. */
  readonly origin: string;
  readonly log: Logger;
}

/** Makes the dialects' callbacks of committed events and sends them for as long as this process lives; every API process of a cluster does. Returns what ends it. */
export async function sendCallbacks({ catalogue, dialects, guard, files, origin, log }: CallbackParts): Promise<() => Promise<void>> {
  const make = (row: DialectEventRow): readonly VendorCallback[] => {
    try {
      const event = presentEvent(row, files, origin);
      return dialects[row.origin.dialect]?.present({ kind: 'recording', event, origin: row.origin }) ?? [];
    } catch (error) {
      // What cannot be told once can never be told: it must not keep everything behind it.
      log.error({ err: error, recording: row.recordingId, type: row.type }, 'an event could not be put in a vendor’s words');
      return [];
    }
  };
  const sender = startCallbackSender<DueCallback>({
    ...{ outbox: catalogue.callbacks, dialects, guard, log },
    prepare: async () => {
      while ((await catalogue.callbacks.present(eventsAtOnce, make)) === eventsAtOnce);
    },
  });
  const unlisten = await catalogue.onChange(() => sender.wake());
  const pruning = setInterval(() => {
    catalogue.callbacks.prune().catch((error: unknown) => log.warn({ err: error }, 'settled callbacks cannot be removed'));
  }, pruneEveryMs);
  pruning.unref();
  return async () => {
    clearInterval(pruning);
    await unlisten();
    await sender.stop();
  };
}
