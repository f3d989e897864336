import { join } from 'node:path';
import { openCatalogue, startEmbeddedPostgres } from '@tapedeck/catalogue';
import type { Logger } from '../log/logger.ts';
import type { Service } from './watched-service.ts';

/** The embedded PostgreSQL of a data directory: adopted when it still runs, else started. It looks after its own restarts. */
export async function startDatabase(dataDir: string, log: Logger): Promise<Service> {
  const server = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), log });
  return {
    get pid() {
      return server.pid;
    },
    url: server.url,
    exited: new Promise(() => undefined),
    stop: () => server.stop(),
  };
}

/** Brings the tables up to date and makes sure that the first application is there. */
export async function prepareCatalogue(
  url: string,
  masterKey: Buffer,
  credentials: { key: string; secret: string },
  log: Logger,
): Promise<void> {
  const catalogue = await openCatalogue({ url, masterKey, log });
  try {
    await catalogue.applications.ensureFirst(credentials.key, credentials.secret);
  } finally {
    await catalogue.close();
  }
}
