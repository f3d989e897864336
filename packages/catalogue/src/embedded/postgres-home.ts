import { randomBytes } from 'node:crypto';
import { chown, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Log } from '../log.ts';
import type { PostgresUser } from './postgres-user.ts';
import { openWay } from './reachable.ts';

/** Where one embedded PostgreSQL lives. */
export interface PostgresHome {
  /** Folder that the user of PostgreSQL owns and reaches: `cluster/`, copies of binaries, the server's log. */
  readonly folder: string;
  readonly cluster: string;
  readonly password: string;
  /** File with the port used last. */
  readonly portFile: string;
}

/**
 * Makes or finds the folders under `<dataDir>/postgres`. When PostgreSQL runs as another user and the data folder lies below a folder closed
 * to it (`/root`, say), the cluster stands in `/var/lib/tapedeck/<random id>` instead and `<dataDir>/postgres/elsewhere` names that id.
 */
export async function postgresHome(dataDir: string, user: PostgresUser | null, log: Log): Promise<PostgresHome> {
  const own = join(resolve(dataDir), 'postgres');
  await mkdir(own, { recursive: true });
  const password = await keepOnce(join(own, 'password'), () => randomBytes(24).toString('base64url'));
  const folder = user === null || (await isOpen(resolve(dataDir), own)) ? own : await elsewhere(own, log);
  if (user !== null) await chown(folder, user.uid, user.gid);
  return { folder, cluster: join(folder, 'cluster'), password, portFile: join(own, 'port') };
}

async function isOpen(dataDir: string, own: string): Promise<boolean> {
  return (await openWay(dataDir)) && (await openWay(own));
}

async function elsewhere(own: string, log: Log): Promise<string> {
  const id = await keepOnce(join(own, 'elsewhere'), () => randomBytes(9).toString('hex'));
  const folder = join('/var/lib/tapedeck', id);
  await mkdir(folder, { recursive: true });
  await openWay(folder);
  log.info({ folder }, 'The data folder is closed to the user of PostgreSQL; the database stands elsewhere.');
  return folder;
}

/** The file's text; written first (mode 0600) when there is none. Of two writers at once one wins and both read its text. */
async function keepOnce(path: string, make: () => string): Promise<string> {
  const read = async () => (await readFile(path, 'utf8')).trim();
  try {
    return await read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const fresh = `${path}.${randomBytes(4).toString('hex')}`;
  await writeFile(fresh, `${make()}\n`, { mode: 0o600, flush: true });
  await link(fresh, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(fresh, { force: true });
  return await read();
}
