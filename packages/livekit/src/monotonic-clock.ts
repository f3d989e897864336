import { performance } from 'node:perf_hooks';

// Both read CLOCK_MONOTONIC (uv_hrtime), but performance.now() makes no BigInt per packet.
const offsetUs = Number(process.hrtime.bigint() / 1000n) - performance.now() * 1000;

/**
 * The node's CLOCK_MONOTONIC in whole µs, the same value in every process of one boot. Allocates nothing.
 */
export function monotonicUs(): number {
  return Math.floor(performance.now() * 1000 + offsetUs);
}
