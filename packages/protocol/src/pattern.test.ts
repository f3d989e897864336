import { expect, test } from 'vitest';
import { matchesAny } from './pattern.ts';

test.each([
  ['*', 'anything', true],
  ['*', '', true],
  ['support-*', 'support-1', true],
  ['support-*', 'support-', true],
  ['support-*', 'unsupport-1', false],
  ['*-east', 'north-east', true],
  ['a*b*c', 'axxbyyc', true],
  ['a*b*c', 'axxcyyb', false],
  ['ab*ba', 'aba', false],
  ['a.b', 'axb', false],
  ['(*', '(x', true],
  ['room', 'Room', false],
  ['', '', true],
])('%j and %j: %s', (pattern, text, matches) => {
  expect(matchesAny([pattern], text)).toBe(matches);
});

test('no pattern matches nothing; one of several is enough', () => {
  expect(matchesAny([], 'a')).toBe(false);
  expect(matchesAny(['b', '*a'], 'aa')).toBe(true);
});

test('a pattern from outside costs little', () => {
  const startedMs = performance.now();
  expect(matchesAny(['*a'.repeat(128)], `${'a'.repeat(255)}b`)).toBe(false);
  expect(performance.now() - startedMs).toBeLessThan(50);
});
