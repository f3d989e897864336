import { setPriority } from 'node:os';

/** Nice values: a packet that is late is lost, a picture that is late is only late. */
const niceness = { capture: -5, render: 10 } as const;

/**
 * Says who goes first when the machine is busy. Best effort: raising needs a privilege (CAP_SYS_NICE) that a container may lack; then capture stays at the default, which
 * is still in front of rendering. Call it right after the start: on Linux threads keep what their creator had.
 */
export function prioritize(pid: number, work: keyof typeof niceness): void {
  try {
    setPriority(pid, niceness[work]);
  } catch {
    // not allowed, or already gone
  }
}
