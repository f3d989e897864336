import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataDirLockedError } from '../errors.ts';
import { identifyProcess, isRunning, type ProcessIdentity } from './process-identity.ts';

/** The right to supervise a data directory, held until `release` or the end of the process. */
export interface DataLock {
  /** The supervisor before us did not end cleanly: its processes may still be on their way out. */
  readonly tookOver: boolean;
  release(): void;
}

/**
 * Takes a data directory for this process. A lock left behind by a process that is gone is taken over.
 *
 * @throws {DataDirLockedError} DATA_DIR_LOCKED while another supervisor runs on it.
 */
export function lockDataDir(dataDir: string): DataLock {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, 'supervisor.lock');
  const draft = `${path}.${process.pid}`;
  const content = JSON.stringify(identifyProcess());
  let tookOver = false;
  writeFileSync(draft, content, { mode: 0o600 });
  try {
    while (!isLinked(draft, path)) {
      const holder = readHolder(path);
      if (holder !== null && isRunning(holder.identity)) throw new DataDirLockedError(dataDir, holder.identity.pid);
      if (holder !== null) removeStale(path, holder.content);
      tookOver = true;
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    tookOver,
    release: () => {
      if (readHolder(path)?.content === content) rmSync(path, { force: true });
    },
  };
}

/** The running supervisor of a data directory, or null. */
export function lockHolder(dataDir: string): ProcessIdentity | null {
  const holder = readHolder(join(dataDir, 'supervisor.lock'));
  return holder !== null && isRunning(holder.identity) ? holder.identity : null;
}

function isLinked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

function readHolder(path: string): { readonly content: string; readonly identity: ProcessIdentity } | null {
  try {
    const content = readFileSync(path, 'utf8');
    return { content, identity: parseIdentity(content) };
  } catch {
    return null;
  }
}

function parseIdentity(content: string): ProcessIdentity {
  const nobody = { pid: 0, startTicks: 'none', bootId: null }; // a damaged lock is held by no one
  try {
    const { pid, startTicks, bootId } = JSON.parse(content) as ProcessIdentity;
    return Number.isInteger(pid) ? { pid, startTicks, bootId } : nobody;
  } catch {
    return nobody;
  }
}

/** Renames before removing: when another process was quicker and holds a fresh lock by now, that one is put back. */
function removeStale(path: string, expected: string): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (readFileSync(aside, 'utf8') !== expected) isLinked(aside, path);
  rmSync(aside, { force: true });
}
