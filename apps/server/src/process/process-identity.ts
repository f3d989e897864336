import { readFileSync } from 'node:fs';

/** Names a process for good: a pid alone is given to another process one day. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start in clock ticks since boot, or null where the system does not tell. */
  readonly startTicks: string | null;
  readonly bootId: string | null;
}

/** The identity of a running process (default: this one). */
export function identifyProcess(pid: number = process.pid): ProcessIdentity {
  return { pid, startTicks: startTicksOf(pid), bootId: bootId() };
}

/** True while that very process runs. A zombie does not. */
export function isRunning(identity: ProcessIdentity): boolean {
  if (identity.bootId !== null && identity.bootId !== bootId()) return false;
  if (identity.startTicks !== null) return startTicksOf(identity.pid) === identity.startTicks;
  try {
    process.kill(identity.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** @see proc_pid_stat(5), fields 3 and 22: the command name (field 2) may hold spaces and parentheses, so count from the last one. */
function startTicksOf(pid: number): string | null {
  const stat = readOrNull(`/proc/${pid}/stat`);
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
}

function bootId(): string | null {
  return readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
