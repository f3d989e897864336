import { expect, it } from 'vitest';
import { createBackoff } from './backoff.ts';

it('restarts at once, then slower and slower, and starts anew after a healthy life', () => {
  const backoff = createBackoff();
  const waits = Array.from({ length: 9 }, () => backoff.next(10));
  expect(waits).toEqual([0, 100, 200, 400, 800, 1600, 3000, 3000, 3000]);
  expect(backoff.next(60_000)).toBe(0);
  expect(backoff.next(10)).toBe(100);
});
