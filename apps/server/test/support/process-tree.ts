import { readdirSync, readFileSync } from 'node:fs';

interface Entry {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Pids of running processes below `root` whose command line contains `part`. Linux. */
export function descendants(root: number, part: string): number[] {
  const entries = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(readEntry)
    .filter((entry) => entry !== null);
  const below = new Set([root]);
  for (let size = 0; size !== below.size;) {
    size = below.size;
    for (const { pid, parent } of entries) if (below.has(parent)) below.add(pid);
  }
  below.delete(root);
  return entries.filter(({ pid, command }) => below.has(pid) && command.includes(part)).map(({ pid }) => pid);
}

/** True while a process (no zombie) of that pid runs. */
export function isAlive(pid: number): boolean {
  return readEntry(String(pid)) !== null;
}

function readEntry(name: string): Entry | null {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return null;
    return { pid: Number(name), parent: Number(fields[1]), command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ') };
  } catch {
    return null; // it ended while we looked
  }
}
