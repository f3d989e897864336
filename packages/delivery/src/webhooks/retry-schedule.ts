const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** Waits before the second, third … attempt; from then on the last one. */
const waitsMs = [5 * secondMs, 15 * secondMs, minuteMs, 5 * minuteMs, 15 * minuteMs, 30 * minuteMs, hourMs];

/** An event is tried for so long. A target that is down for a day still gets everything, within the hour after it is back. */
export const givesUpAfterMs = 72 * hourMs;

/**
 * Milliseconds until the attempt after number `attempt` (from 1), up to a tenth earlier so that not all come at once; null: no further one.
 *
 * @param ageMs Since the event was queued (or replayed).
 * @param chance From 0 to below 1.
 */
export function retryInMs(attempt: number, ageMs: number, chance: number = Math.random()): number | null {
  if (ageMs >= givesUpAfterMs) return null;
  const waitMs = waitsMs[Math.min(attempt, waitsMs.length) - 1] ?? hourMs;
  return Math.round(waitMs * (1 - chance / 10));
}
