import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, mkdir, rename, rm, writeFile, chown } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError } from '../errors.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import type { PostgresHome } from './postgres-home.ts';
import type { PostgresUser } from './postgres-user.ts';

/** Name of the database role and of the database cluster's owner. */
export const databaseRole = 'tapedeck';

/**
 * Makes the cluster when there is none: built beside its place and renamed into it, so a half-made one never stands there.
 *
 * @throws {EmbeddedPostgresError} POSTGRES_START with what `initdb` said.
 */
export async function initialiseCluster(home: PostgresHome, binaries: PostgresBinaries, user: PostgresUser | null): Promise<void> {
  if (await exists(join(home.cluster, 'PG_VERSION'))) return;
  const fresh = `${home.cluster}.${randomBytes(6).toString('hex')}`;
  const passwordFile = `${fresh}.password`;
  await mkdir(fresh, { mode: 0o700 });
  await writeFile(passwordFile, home.password, { mode: 0o600 });
  if (user !== null) {
    await chown(fresh, user.uid, user.gid);
    await chown(passwordFile, user.uid, user.gid);
  }
  const options = ['--auth=scram-sha-256', `--username=${databaseRole}`, `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C.UTF-8'];
  try {
    await run(binaries.initdb, [`--pgdata=${fresh}`, ...options, '--no-instructions'], user);
    await rename(fresh, home.cluster);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error; // else another process was quicker
  } finally {
    await rm(passwordFile, { force: true });
    await rm(fresh, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

async function run(program: string, values: readonly string[], user: PostgresUser | null): Promise<void> {
  const child = spawn(program, values, {
    ...user,
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  await new Promise<void>((resolve, reject) => {
    child.once('error', (cause) => reject(new EmbeddedPostgresError(`${program} cannot be run: ${cause.message}`, { cause })));
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new EmbeddedPostgresError(`initdb ended with ${code}: ${said.trim()}`)),
    );
  });
}
