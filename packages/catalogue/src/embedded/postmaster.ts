import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/** A PostgreSQL server process of one cluster. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/**
 * The server that runs on this cluster now, or null. A pid file left by a dead server, or whose number belongs to another program by now,
 * is removed: PostgreSQL itself would refuse to start beside the latter.
 *
 * @see https://www.postgresql.org/docs/18/storage-file-layout.html (postmaster.pid)
 */
export async function findPostmaster(cluster: string): Promise<Postmaster | null> {
  const path = join(cluster, 'postmaster.pid');
  const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!Number.isInteger(pid) || pid <= 0) return null;
  if (await isPostmaster(pid, cluster)) return Number.isInteger(port) && port > 0 ? { pid, port } : null;
  await rm(path, { force: true });
  return null;
}

/** True while `pid` is a PostgreSQL server started on `cluster` (not one that ended and was not reaped yet). */
async function isPostmaster(pid: number, cluster: string): Promise<boolean> {
  const command = await commandLine(pid);
  return command.includes('postgres') && command.includes(cluster);
}

/** Empty when there is no such process or only its exit status is left. */
async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    return await readFile(`/proc/${pid}/cmdline`, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ESRCH') return '';
      throw error; // not knowing is not the same as not running
    });
  }
  const found = promisify(execFile)('ps', ['-p', String(pid), '-o', 'command=']);
  return await found.then(({ stdout }) => stdout).catch(() => '');
}

/** Resolves when the server is gone; false when it still runs after `timeoutMs`. */
export async function hasEnded({ pid }: Postmaster, cluster: string, timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  while (await isPostmaster(pid, cluster)) {
    if (Date.now() > end || signal?.aborted === true) return false;
    await delay(25);
  }
  return true;
}

/** Fast shutdown; when that takes longer than `graceMs`, immediate shutdown (the next start replays its log). */
export async function stopPostmaster(postmaster: Postmaster, cluster: string, graceMs: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!(await isPostmaster(postmaster.pid, cluster))) return;
    process.kill(postmaster.pid, signal);
    if (await hasEnded(postmaster, cluster, graceMs)) return;
  }
}
