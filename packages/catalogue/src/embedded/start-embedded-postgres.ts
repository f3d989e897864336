import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { silentLog } from '../log.ts';
import { databaseRole, initialiseCluster } from './initialise-cluster.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { postgresHome } from './postgres-home.ts';
import type { PostgresHome } from './postgres-home.ts';
import { postgresUser } from './postgres-user.ts';
import { findPostmaster, hasEnded, stopPostmaster } from './postmaster.ts';
import type { Postmaster } from './postmaster.ts';
import { isHeldByOldBackends, isReady, spawnPostmaster } from './spawn-postmaster.ts';

/** A running PostgreSQL that belongs to one data folder. */
export interface EmbeddedPostgres {
  /** Connection URL with password, on 127.0.0.1; a secret. Stays the same over restarts. */
  readonly url: string;
  /** Process id of the server now; another one after a restart. */
  readonly pid: number;
  /** True when it ran already and was taken over. */
  readonly isAdopted: boolean;
  /** Fast shutdown; resolves when the server is gone. Idempotent. */
  stop(): Promise<void>;
  /** Ends the watch and leaves the server running, to be adopted by the next start. Idempotent. */
  detach(): void;
}

/**
 * Makes (first time: about 0.7 s), starts (about 0.1 s) or adopts the PostgreSQL of a data folder. The server is detached: it outlives this process
 * whatever ends it, and the next call takes it over. While this process lives, a server that dies is started again on the same port.
 *
 * As root it runs as user `postgres` (else `nobody`). Stale pid files are dealt with; nothing needs a hand.
 *
 * @throws {EmbeddedPostgresError} POSTGRES_START with PostgreSQL's own words.
 */
export async function startEmbeddedPostgres(options: {
  readonly dataDir: string;
  /** Default: the port of the last time when it is free, else any free one. */
  readonly port?: number;
  readonly log?: Log;
}): Promise<EmbeddedPostgres> {
  const log = options.log ?? silentLog;
  const user = await postgresUser();
  const home = await postgresHome(options.dataDir, user, log);
  const binaries = await postgresBinaries(home.folder, user !== null);
  await initialiseCluster(home, binaries, user);
  const start = async (port: number): Promise<Postmaster> => {
    for (const end = Date.now() + oldBackendsMs; ; await delay(100)) {
      const running = await runningPostmaster(home);
      if (running !== null) return running;
      try {
        const postmaster = await spawnPostmaster(home, binaries, user, port);
        await writeFile(home.portFile, `${postmaster.port}\n`);
        return postmaster;
      } catch (error) {
        if (!isHeldByOldBackends(error) || Date.now() > end) throw error;
      }
    }
  };
  const adopted = await runningPostmaster(home);
  const first = adopted ?? (await startAtPort(home, options.port, start, log));
  log.info({ pid: first.pid, port: first.port }, adopted === null ? 'PostgreSQL started.' : 'PostgreSQL adopted.');
  return watch(first, home, start, log, adopted !== null);
}

/** How long backends of a killed server may take to go. */
const oldBackendsMs = 5000;

function watch(
  first: Postmaster,
  home: PostgresHome,
  start: (port: number) => Promise<Postmaster>,
  log: Log,
  isAdopted: boolean,
): EmbeddedPostgres {
  let current = first;
  let isWatching = true;
  const check = async (): Promise<void> => {
    if (!isWatching || !(await hasEnded(current, home.cluster, 0)) || !isWatching) return;
    log.warn({ pid: current.pid }, 'PostgreSQL is gone; starting it again.');
    current = await start(first.port);
  };
  let checking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    checking = checking.then(check).catch((error: unknown) => log.warn({ error }, 'PostgreSQL could not be started again; trying on.'));
  }, 200);
  timer.unref();
  const detach = (): void => {
    isWatching = false;
    clearInterval(timer);
  };
  return {
    url: `postgres://${databaseRole}:${encodeURIComponent(home.password)}@127.0.0.1:${first.port}/postgres`,
    get pid() {
      return current.pid;
    },
    isAdopted,
    async stop() {
      detach();
      await checking;
      await stopPostmaster(current, home.cluster, 15_000);
    },
    detach,
  };
}

/** The server that runs on this home already, once it takes connections. */
async function runningPostmaster(home: PostgresHome): Promise<Postmaster | null> {
  for (;;) {
    const postmaster = await findPostmaster(home.cluster);
    if (postmaster === null || (await isReady(home.cluster))) return postmaster;
    await delay(20); // it is starting (or stopping): its pid file tells when that is over
  }
}

/** Where it was the last time, if that can be; else anywhere. */
async function startAtPort(
  home: PostgresHome,
  wanted: number | undefined,
  start: (port: number) => Promise<Postmaster>,
  log: Log,
): Promise<Postmaster> {
  const last = wanted ?? Number(await readFile(home.portFile, 'utf8').catch(() => ''));
  if (last > 0) {
    try {
      return await start(last);
    } catch (error) {
      if (wanted !== undefined || (await freePort(last)) !== null) throw error;
      log.warn({ port: last }, 'Another program has taken the port of PostgreSQL; it gets a new one.');
    }
  }
  return await start((await freePort(0)) ?? 0);
}

async function freePort(port: number): Promise<number | null> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const { port: found } = server.address() as AddressInfo;
      server.close(() => resolve(found));
    });
  });
}
