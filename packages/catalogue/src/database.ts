import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { CatalogueUnavailableError } from './errors.ts';
import type { Log } from './log.ts';
import { migrate } from './migrations/migrate.ts';
import type { Tables } from './tables.ts';

/** The query builder on our tables; every query names the schema `tapedeck`. */
export type Database = Kysely<Tables>;

/** Options of a connection that gives up within seconds and notices a dead peer. */
export function connectionOptions(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    connectionTimeoutMillis: 5000,
    query_timeout: 20_000,
    statement_timeout: 15_000,
    keepAlive: true,
    application_name: 'tapedeck',
  };
}

/**
 * Opens a pool of at most `connections` and brings the tables to this version. The caller closes it with `destroy()`.
 *
 * @throws {CatalogueUnavailableError} CATALOGUE_UNAVAILABLE when the server does not answer.
 */
export async function openDatabase(url: string, connections: number, log: Log): Promise<Database> {
  const pool = new pg.Pool({ ...connectionOptions(url), max: connections, idleTimeoutMillis: 30_000 });
  pool.on('error', (error) => log.warn({ error: error.message }, 'An idle connection to the catalogue was lost.'));
  // A connection that is lost between two queries of a transaction has no query to tell it to; the next query fails, which is enough.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const plain = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await guard(() => migrate(plain as Kysely<unknown>));
  } catch (error) {
    await plain.destroy();
    throw error;
  }
  return plain.withSchema('tapedeck');
}

/**
 * Runs one piece of database work; trouble of the connection comes out as an error that says "try again".
 *
 * @throws {CatalogueUnavailableError} CATALOGUE_UNAVAILABLE for lost, refused and timed-out connections and for a server that is starting or stopping.
 */
export async function guard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (isUnavailable(cause)) throw new CatalogueUnavailableError({ cause });
    throw cause;
  }
}

/** Connection exceptions, operator intervention, too many connections, read-only standby, serialization failure, deadlock. @see PostgreSQL Appendix A */
const transientState = /^(08...|57P0[1-5]|57014|53...|25006|40001|40P01|58030)$/;
const transientSystem = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
]);
const transientText =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|not queryable/;

function isUnavailable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  if (!(error instanceof Error)) return false;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return transientState.test(code) || transientSystem.has(code) || transientText.test(error.message);
}
