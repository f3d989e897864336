import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_S = 100; // USER_HZ, the same on every Linux we run on

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
