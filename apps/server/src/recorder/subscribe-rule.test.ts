import { parsePatchRecording, type SubscribeRules } from '@tapedeck/protocol';
import { expect, it } from 'vitest';
import { subscribeRule } from './subscribe-rule.ts';

const rulesOf = (subscribe: object): SubscribeRules => parsePatchRecording({ subscribe }).subscribe as SubscribeRules;
const sources = { audio: 'microphone', video: 'camera' } as const;

it.each([
  ['ada', 'audio', true],
  ['bot-1', 'audio', true],
  ['bot-1', 'video', false],
  ['robot', 'video', true],
  ['a.b', 'video', false],
  ['axb', 'video', true],
  ['line\nbreak', 'video', true],
] as const)('for %j %s says %s', (identity, kind, isWanted) => {
  const rule = subscribeRule(rulesOf({ video: { deny: ['bot*', 'a.b'] } }));
  expect(rule({ identity, kind, source: sources[kind] })).toBe(isWanted);
});

it('allows nobody when nobody is named', () => {
  const rule = subscribeRule(rulesOf({ audio: { allow: [] }, video: { allow: ['ada'] } }));
  const asked = [['ada', 'audio'] as const, ['ada', 'video'] as const, ['adam', 'video'] as const];
  expect(asked.map(([identity, kind]) => rule({ identity, kind, source: sources[kind] }))).toEqual([false, true, false]);
});

it('tells the camera from the screen, and counts what is unknown as the camera', () => {
  const ask = (subscribe: object): boolean[] => {
    const rule = subscribeRule(rulesOf(subscribe));
    const video = (['camera', 'screen_share', 'unknown'] as const).map((source) => rule({ identity: 'a', kind: 'video', source }));
    const audio = (['microphone', 'screen_share_audio', 'unknown'] as const).map((source) =>
      rule({ identity: 'a', kind: 'audio', source }),
    );
    return [...video, ...audio];
  };
  expect(ask({})).toEqual([true, true, true, true, true, true]);
  expect(ask({ video: { sources: ['camera'] } })).toEqual([true, false, true, true, true, true]);
  expect(ask({ video: { sources: ['screen_share'] }, audio: { sources: [] } })).toEqual([false, true, false, false, false, false]);
  expect(ask({ audio: { sources: ['screen_share_audio'] } })).toEqual([true, true, true, false, true, false]);
});

it('leaves out single tracks', () => {
  const rule = subscribeRule(rulesOf({ video: { except: [{ identity: 'ada', source: 'screen_share' }] } }));
  const ask = (identity: string, source: 'camera' | 'screen_share'): boolean => rule({ identity, kind: 'video', source });
  expect([ask('ada', 'camera'), ask('ada', 'screen_share'), ask('bo', 'screen_share')]).toEqual([true, false, true]);
});

it('records everything by rules from before there were sources', () => {
  const old = { audio: { allow: ['*'], deny: [] }, video: { allow: ['*'], deny: [] } } as unknown as SubscribeRules;
  expect(subscribeRule(old)({ identity: 'a', kind: 'video', source: 'screen_share' })).toBe(true);
});
