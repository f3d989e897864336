import { readFile } from 'node:fs/promises';
import { EmbeddedPostgresError } from '../errors.ts';

/** User and group that PostgreSQL runs as. */
export interface PostgresUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Who PostgreSQL runs as when we are root, which it refuses for itself: `postgres`, else `nobody`. null when we are not root.
 *
 * @throws {EmbeddedPostgresError} POSTGRES_START when we are root and the machine has neither.
 */
export async function postgresUser(): Promise<PostgresUser | null> {
  if (process.getuid?.() !== 0) return null;
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find((fields) => fields[0] === name) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new EmbeddedPostgresError('PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it as.');
}
