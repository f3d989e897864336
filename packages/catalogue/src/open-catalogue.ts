import { applications } from './applications.ts';
import { openChangeFeed } from './change-feed.ts';
import { openDatabase } from './database.ts';
import { leases } from './leases.ts';
import type { Log } from './log.ts';
import { silentLog } from './log.ts';
import { recordings } from './recordings/recordings.ts';
import { renderJobs } from './render-jobs.ts';
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
  const feed = openChangeFeed(options.url, log);
  const renders = renderJobs(db, options.url, log);
  const close = async (): Promise<void> => {
    await Promise.all([feed.close(), renders.close()]);
    await db.destroy();
  };
  let closing: Promise<void> | null = null;
  return Object.freeze({
    close: () => (closing ??= close()),
    applications: applications(db, options.masterKey),
    recordings: recordings(db),
    leases: leases(db),
    onChange: (listener: (recordingId: string | null) => void) => feed.add(listener),
    jobs: renders.jobs,
  });
}
