const healthyAfterMs = 3_000;

/** How long to wait before the next restart of something that died: the first time not at all, then doubling from 100 ms to the longest wait. */
export interface Backoff {
  /** @param livedMs How long it ran: three seconds start the count anew. */
  next(livedMs: number): number;
}

/** @param longestMs The longest wait. */
export function createBackoff(longestMs = 3_000): Backoff {
  let failures = 0;
  return {
    next: (livedMs) => {
      failures = livedMs >= healthyAfterMs ? 1 : failures + 1;
      return failures === 1 ? 0 : Math.min(longestMs, 100 * 2 ** (failures - 2));
    },
  };
}
