import { readFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';

/** Returns an id that is equal for two processes exactly when their monotonic clocks can be compared: same machine, same boot. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // Not Linux: the boot time in whole tens of seconds, so that the rounding of uptime does not make two ids of one boot.
    return `${hostname()}-${Math.round((Date.now() / 1000 - uptime()) / 10)}`;
  }
}
