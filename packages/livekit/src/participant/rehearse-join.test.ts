import { expect, test } from 'vitest';
import { rehearseJoin } from './rehearse-join.ts';

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test('a rehearsal ends by itself, may be repeated and leaves nothing open', async () => {
  await rehearseJoin();
  const before = timers();
  const startedMs = performance.now();
  await rehearseJoin();
  expect(performance.now() - startedMs).toBeLessThan(1_500); // the connection described itself, the time limit did not
  expect(timers()).toBe(before);
});
