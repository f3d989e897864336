import { expect, test } from 'vitest';
import { newId } from './new-id.ts';

test('ids sort by time and never repeat', () => {
  const times = [0, 1, 31, 32, 1023, 1024, 1_700_000_000_000, 1_700_000_000_001, 2 ** 48 - 1];
  const ids = times.map((ms) => newId('rec', ms));
  expect(ids.toSorted()).toEqual(ids);
  for (const id of ids) expect(id).toMatch(/^rec_[0-9a-hjkmnp-tv-z]{26}$/);
  expect(new Set(Array.from({ length: 10_000 }, () => newId('file', 5))).size).toBe(10_000);
});
