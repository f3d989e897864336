import { expect, it } from 'vitest';
import { subscribeRule } from './subscribe-rule.ts';

it.each([
  ['ada', 'audio', true],
  ['bot-1', 'audio', true],
  ['bot-1', 'video', false],
  ['robot', 'video', true],
  ['a.b', 'video', false],
  ['axb', 'video', true],
  ['line\nbreak', 'video', true],
] as const)('for %j %s says %s', (identity, kind, isWanted) => {
  const rule = subscribeRule({ audio: { allow: ['*'], deny: [] }, video: { allow: ['*'], deny: ['bot*', 'a.b'] } });
  expect(rule({ identity, kind })).toBe(isWanted);
});

it('allows nobody when nobody is named', () => {
  const rule = subscribeRule({ audio: { allow: [], deny: [] }, video: { allow: ['ada'], deny: [] } });
  expect([
    rule({ identity: 'ada', kind: 'audio' }),
    rule({ identity: 'ada', kind: 'video' }),
    rule({ identity: 'adam', kind: 'video' }),
  ]).toEqual([false, true, false]);
});
