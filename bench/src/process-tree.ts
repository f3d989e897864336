import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_S = 100; // USER_HZ, the same on every Linux we run on

const PAGE_BYTES = 4096;

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly cpuTicks: number;
  readonly rssPages: number;
}

/** CPU seconds used so far by these processes, all their living descendants, and the children that these have already waited for. Linux only. */
export function cpuSecondsOf(roots: readonly number[]): number {
  return tree(roots).reduce((sum, { cpuTicks }) => sum + cpuTicks, 0) / TICKS_PER_S;
}

/** Processes below `root` whose command line holds `text`. Linux only. */
export function descendantsNamed(root: number, text: string): number[] {
  return tree([root])
    .map(({ pid }) => pid)
    .filter((pid) => commandOf(pid).includes(text));
}

/** Resident memory of a process, 0 when it has ended. Linux only. */
export function residentMbOf(pid: number): number {
  return ((readStat(pid)?.rssPages ?? 0) * PAGE_BYTES) / 1e6;
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // ended in between
  }
}

function tree(roots: readonly number[]): ProcessStat[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(Number(name)))
    .filter((stat) => stat !== null);
  const inside = new Set(roots);
  // Children are listed after their parents almost always; repeat until nothing is added.
  for (let before = -1; before !== inside.size;) {
    before = inside.size;
    for (const { pid, parent } of all) if (inside.has(parent)) inside.add(pid);
  }
  return all.filter(({ pid }) => inside.has(pid));
}

/** @see proc_pid_stat(5): fields 4 (parent), 14 to 17 (user, system, and the same of waited-for children), 24 (resident pages). */
function readStat(pid: number): ProcessStat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const cpuTicks = [11, 12, 13, 14].reduce((sum, index) => sum + (fields[index] ?? 0), 0);
    return { pid, parent: fields[1] ?? 0, cpuTicks, rssPages: fields[21] ?? 0 };
  } catch {
    return null; // ended in between
  }
}
