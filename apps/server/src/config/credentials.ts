import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../errors.ts';
import type { Config } from './config.ts';

/** The first application's access-key pair. `isNew` is true exactly once in the life of a data directory: then it is printed. */
export interface Credentials {
  readonly key: string;
  readonly secret: string;
  readonly isNew: boolean;
}

/**
 * The first application's pair: from the configuration, else from `<data>/credentials.json`, else generated and written there (0600).
 *
 * @throws {ConfigError} CONFIG_INVALID when the file is damaged.
 */
export function firstCredentials(config: Config): Credentials {
  if (config.key !== null && config.secret !== null) return { key: config.key, secret: config.secret, isNew: false };
  const path = join(config.dataDir, 'credentials.json');
  const fresh = { key: `td_${randomBytes(9).toString('hex')}`, secret: randomBytes(32).toString('base64url') };
  const isNew = createOnce(path, `${JSON.stringify(fresh, null, 2)}\n`);
  return { ...readCredentials(path), isNew };
}

/**
 * The pair kept in a data directory.
 *
 * @throws {ConfigError} CONFIG_INVALID when the file is missing or damaged.
 */
export function readCredentials(path: string): { readonly key: string; readonly secret: string } {
  try {
    const stored = JSON.parse(readFileSync(path, 'utf8')) as { key?: unknown; secret?: unknown };
    if (typeof stored.key === 'string' && typeof stored.secret === 'string') return { key: stored.key, secret: stored.secret };
    throw new Error('"key" and "secret" are expected');
  } catch (error) {
    throw new ConfigError('credentials.json', `${path} cannot be used: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** The 32-byte key that protects secrets at rest and signs file URLs: `<data>/master.key`, 0600, made at the first start. */
export function masterKey(dataDir: string): Buffer {
  const path = join(dataDir, 'master.key');
  createOnce(path, `${randomBytes(32).toString('hex')}\n`);
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex');
  if (key.length !== 32) throw new ConfigError('master.key', `${path} must hold 64 hexadecimal digits.`);
  return key;
}

/** Writes a private file whole or not at all; false when it was there before. */
export function createOnce(path: string, content: string): boolean {
  mkdirSync(join(path, '..'), { recursive: true });
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, content, { mode: 0o600, flush: true });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    chmodSync(path, 0o600);
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}
