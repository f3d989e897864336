import { afterEach, expect, test, vi } from 'vitest';
import { KnownKeys } from './known-keys.ts';

const application = { id: 'app_1', name: 'default', key: 'key', secret: 'secret' };
afterEach(() => void vi.useRealTimers());

test('an owner is read once in two seconds, and somebody unknown each time', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const known = new KnownKeys();
  const read = vi.fn(async () => application);
  expect([await known.owner('key', read), await known.owner('key', read)]).toEqual([application, application]);
  expect(read).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(2001);
  await known.owner('key', read);
  expect(read).toHaveBeenCalledTimes(2);
  const nobody = vi.fn(async () => null);
  expect([await known.owner('other', nobody), await known.owner('other', nobody)]).toEqual([null, null]);
  expect(nobody).toHaveBeenCalledTimes(2);
});

test('a change counts at once, also for what was being read meanwhile', async () => {
  const known = new KnownKeys();
  await known.owner('key', async () => application);
  let answer: (owner: typeof application) => void = () => undefined;
  const slow = known.owner('slow', () => new Promise((resolve) => (answer = resolve)));
  await known.whileChanging(async () => undefined);
  answer(application);
  expect(await slow).toBe(application);
  for (const key of ['key', 'slow']) expect(await known.owner(key, async () => null)).toBeNull();
});
