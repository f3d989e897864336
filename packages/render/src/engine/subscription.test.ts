import { expect, it } from 'vitest';
import { isWanted } from './subscription.ts';

const rules = (allow: string[], deny: string[]) => ({ audio: { allow, deny }, video: { allow: ['*'], deny: [] } });

it.each([
  [['*'], [], 'anyone', true],
  [['*'], ['bot*'], 'bot-7', false],
  [['*'], ['bot*'], 'robot', true],
  [['*@x.org'], [], 'a@x.org', true],
  [['*@x.org'], [], 'a@y.org', false],
  [['a*b*c'], [], 'a-b-b-c', true],
  [['a*b*c'], [], 'a-c-b', false],
  [['ab*ba'], [], 'aba', false],
  [['alice'], [], 'alice2', false],
  [[], [], 'anyone', false],
  [['*'], ['*'], 'anyone', false],
])('allow %j deny %j: %s → %s', (allow, deny, identity, wanted) => {
  expect(isWanted(rules(allow, deny), identity, 'audio')).toBe(wanted);
  expect(isWanted(rules(allow, deny), identity, 'video')).toBe(true);
});
