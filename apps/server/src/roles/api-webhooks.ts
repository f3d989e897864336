import { type FilesPort, presentEvent } from '@tapedeck/api';
import type { Catalogue, DueDelivery } from '@tapedeck/catalogue';
import { type OutgoingGuard, startWebhookSender } from '@tapedeck/delivery';
import type { Logger } from '../log/logger.ts';

const pruneEveryMs = 3_600_000;

/** What the sender of webhooks works with. */
export interface WebhookParts {
  readonly catalogue: Catalogue;
  readonly guard: OutgoingGuard;
  readonly files: FilesPort;
  /** Where receivers reach this server, for the addresses of files. */
  readonly origin: string;
  readonly log: Logger;
}

/** Sends the outbox for as long as this process lives; every API process of a cluster does. Returns what ends it. */
export async function sendWebhooks({ catalogue, guard, files, origin, log }: WebhookParts): Promise<() => Promise<void>> {
  const sender = startWebhookSender<DueDelivery>({
    ...{ outbox: catalogue.outbox, guard, log },
    body: (delivery) => JSON.stringify(presentEvent(delivery.event, files, origin)),
  });
  const unlisten = await catalogue.onChange(() => sender.wake());
  const pruning = setInterval(() => {
    catalogue.outbox.prune().catch((error: unknown) => log.warn({ err: error }, 'old events cannot be removed'));
  }, pruneEveryMs);
  pruning.unref();
  return async () => {
    clearInterval(pruning);
    await unlisten();
    await sender.stop();
  };
}
