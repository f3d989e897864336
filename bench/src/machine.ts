import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  /** One-minute load average when the run started: a busy machine makes wall-clock rows worse. */
  readonly loadAtStart: number;
}

/** Reads the machine's description. */
export function describeMachine(): Machine {
  const cpu = cpus()[0]?.model.trim() ?? 'unknown';
  return {
    cpu,
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    loadAtStart: Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0]),
  };
}
