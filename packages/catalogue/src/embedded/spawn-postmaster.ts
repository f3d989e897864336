import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError } from '../errors.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import type { PostgresHome } from './postgres-home.ts';
import type { PostgresUser } from './postgres-user.ts';
import { findPostmaster } from './postmaster.ts';
import type { Postmaster } from './postmaster.ts';

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '32MB',
  max_connections: '120',
  max_wal_size: '256MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  idle_in_transaction_session_timeout: '60s',
  tcp_keepalives_idle: '30',
};

/**
 * Starts a server on the cluster, detached: it outlives this process, writes to `<home>/server.log` and listens on 127.0.0.1 only.
 * Returns once its pid file says `ready`; when another process started one meanwhile, that one is returned.
 *
 * @throws {EmbeddedPostgresError} POSTGRES_START with the end of its log.
 */
export async function spawnPostmaster(
  home: PostgresHome,
  binaries: PostgresBinaries,
  user: PostgresUser | null,
  port: number,
): Promise<Postmaster> {
  const logPath = join(home.folder, 'server.log');
  const logFile = await open(logPath, 'a', 0o600);
  const { size: logSize } = await logFile.stat();
  if (user !== null) await chown(logPath, user.uid, user.gid);
  const values = [
    '-D',
    home.cluster,
    '-p',
    String(port),
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const child = spawn(binaries.postgres, values, {
    ...user,
    detached: true,
    cwd: home.folder,
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
    stdio: ['ignore', logFile.fd, logFile.fd],
  });
  child.unref();
  const ended = once(child, 'exit').then(
    () => 'ended' as const,
    () => 'ended' as const,
  );
  await logFile.close();
  for (const end = Date.now() + 60_000; Date.now() < end;) {
    const hasEnded = (await Promise.race([ended, delay(10)])) === 'ended';
    const postmaster = await findPostmaster(home.cluster);
    if (postmaster !== null && (await isReady(home.cluster))) return postmaster;
    if (hasEnded && postmaster === null) break;
  }
  throw new EmbeddedPostgresError(`PostgreSQL did not start on port ${port}: ${await wordsSince(logPath, logSize)}`);
}

/** Old backends of a killed server may hold its memory and its port for a moment: that passes by itself. */
export function isHeldByOldBackends(error: unknown): boolean {
  return error instanceof EmbeddedPostgresError && /pre-existing shared memory block|could not bind|already exists/.test(error.message);
}

/** True when the server says that it takes connections. */
export async function isReady(cluster: string): Promise<boolean> {
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return lines[7]?.trim() === 'ready';
}

async function wordsSince(path: string, sizeBytes: number): Promise<string> {
  const bytes = await readFile(path).catch(() => Buffer.alloc(0));
  return bytes.subarray(sizeBytes).toString('utf8').trim().split('\n').slice(-6).join(' | ');
}
