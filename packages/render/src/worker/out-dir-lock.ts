import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OutputError, RenderBusyError } from '../errors.ts';

/** The right to write into one outDir. `release` is idempotent. */
export interface OutDirLock {
  release(): void;
}

interface Owner {
  readonly pid: number;
  /** Start time of that process in clock ticks since boot, so that a reused pid is not taken for it. */
  readonly startTicks: string | null;
}

/**
 * Takes the lock of an output folder (`<outDir>/.lock`, made if needed). A lock whose process is gone is taken over.
 *
 * @throws {RenderBusyError} RENDER_BUSY when another live process holds it. @throws {OutputError} RENDER_OUTPUT_FAILED when the folder cannot be written.
 */
export function lockOutDir(outDir: string): OutDirLock {
  try {
    return takeLock(outDir);
  } catch (error) {
    if (error instanceof RenderBusyError) throw error;
    throw new OutputError(outDir, { cause: error });
  }
}

function takeLock(outDir: string): OutDirLock {
  mkdirSync(outDir, { recursive: true });
  const path = join(outDir, '.lock');
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid, startTicks: startTicksOf(process.pid) } satisfies Owner));
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      if (tryLink(mine, path)) return { release: () => releaseLock(path) };
      const owner = readOwner(path);
      if (owner !== null && owner.pid !== process.pid && isAlive(owner)) throw new RenderBusyError(outDir, owner.pid);
      rmSync(path, { force: true });
    }
    throw new RenderBusyError(outDir, 0);
  } finally {
    rmSync(mine, { force: true });
  }
}

function releaseLock(path: string): void {
  if (readOwner(path)?.pid === process.pid) rmSync(path, { force: true });
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function readOwner(path: string): Owner | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner;
  } catch {
    return null;
  }
}

function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return owner.startTicks === null || startTicksOf(owner.pid) === owner.startTicks;
}

/** Field 22 of /proc/<pid>/stat; null where there is no such file. */
function startTicksOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
