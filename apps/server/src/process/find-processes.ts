import { readdirSync, readFileSync } from 'node:fs';

/** Pids of running processes one of whose arguments is exactly `argument`; none where the system has no /proc. */
export function findProcesses(argument: string): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && argumentsOf(name).includes(argument))
      .map(Number);
  } catch {
    return [];
  }
}

function argumentsOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return []; // it ended while we looked
  }
}
