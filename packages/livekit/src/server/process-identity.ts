import { readFile } from 'node:fs/promises';

/** The boot this process runs in; `unknown` where the kernel does not tell. */
export async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => 'unknown')).trim();
}

/**
 * Start time of a process in clock ticks since boot, or null when it is gone (or a zombie) or the system has no /proc. With the boot id it names a process for good,
 * where a pid alone may have been given to another.
 *
 * @see proc_pid_stat(5), fields 3 and 22
 */
export async function processStartTicks(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  // The command name, field 2, may hold spaces and parentheses: count from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  return fields[19] ?? null;
}

/** The command line of a process, one entry per argument; empty when unknown. */
export async function processArguments(pid: number): Promise<readonly string[]> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return line.split('\0').filter((argument) => argument !== '');
}
