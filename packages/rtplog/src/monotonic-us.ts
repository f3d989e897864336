// performance.now() runs on the same clock as hrtime but needs no BigInt; the offset between the two is constant.
const originUs = Number(process.hrtime.bigint() / 1000n) - performance.now() * 1000;

/** Returns CLOCK_MONOTONIC of this node in whole µs: the clock of every `arrivalUs` and `us` in a log. Same for all processes of one boot. */
export function monotonicUs(): number {
  return Math.floor(originUs + performance.now() * 1000);
}
