import type { UsageQuery } from '@tapedeck/protocol';
import { applications } from './applications.ts';
import { callbackOutbox } from './callbacks/callback-outbox.ts';
import { openChangeFeed } from './change-feed.ts';
import { guard, openDatabase } from './database.ts';
import { dialects } from './dialects/dialects.ts';
import { eventReads } from './events/event-reads.ts';
import { outbox } from './events/outbox.ts';
import { webhooks } from './events/webhooks.ts';
import { keys } from './keys.ts';
import { KnownKeys } from './known-keys.ts';
import { leases } from './leases.ts';
import type { Log } from './log.ts';
import { silentLog } from './log.ts';
import { media } from './media/media.ts';
import { readUsage } from './usage/read-usage.ts';
import { recordings } from './recordings/recordings.ts';
import { renders } from './renders/renders.ts';
import { templates } from './templates/templates.ts';
import { retention } from './retention.ts';
import { storages } from './storages.ts';
import type { Catalogue } from './types.ts';

/**
 * Opens the control plane on a PostgreSQL database and brings its tables to this version. The caller closes it; `close` is idempotent.
 *
 * @throws {CatalogueUnavailableError} CATALOGUE_UNAVAILABLE when the database does not answer.
 */
export async function openCatalogue(options: {
  readonly url: string;
  /** 32 bytes; opens the secrets of applications. */
  readonly masterKey: Uint8Array;
  readonly log?: Log;
  /** Most connections of the pool; two more are made for changes and jobs when those are used. Default 8. */
  readonly connections?: number;
}): Promise<Catalogue> {
  const log = options.log ?? silentLog;
  const db = await openDatabase(options.url, options.connections ?? 8, log);
  const known = new KnownKeys();
  const feed = openChangeFeed(options.url, log, () => known.forget());
  const close = async (): Promise<void> => {
    await feed.close();
    await db.destroy();
  };
  let closing: Promise<void> | null = null;
  return Object.freeze({
    close: () => (closing ??= close()),
    applications: applications(db, options.masterKey, known),
    recordings: recordings(db),
    templates: templates(db),
    leases: leases(db),
    dialects: dialects(db, options.masterKey),
    callbacks: callbackOutbox(db, options.masterKey),
    events: eventReads(db),
    webhooks: webhooks(db, options.masterKey),
    keys: keys(db, options.masterKey, known),
    usage: (applicationId: string, query: UsageQuery) => guard(() => readUsage(db, applicationId, query)),
    outbox: outbox(db, options.masterKey),
    storages: storages(db, options.masterKey),
    retention: retention(db),
    onChange: (listener: (recordingId: string | null) => void) => feed.add(listener),
    media: media(db),
    renders: renders(db),
  });
}
