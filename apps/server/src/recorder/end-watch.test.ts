import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EndRules, endRules, EndWatch, type Occupancy, nextOwnEnd } from './end-watch.ts';

const rules: EndRules = { idleTimeoutS: 30, resumeWaitS: null, maxDurationS: 3600 };
const nobody: Occupancy = {
  people: 0,
  wasOccupied: false,
  isAwaited: true,
  emptySinceMs: 0,
  lastMediaMs: 0,
  firstMediaMs: null,
  isPaused: false,
};
const somebody: Occupancy = { ...nobody, people: 1, wasOccupied: true, isAwaited: false, firstMediaMs: 1_000, lastMediaMs: 50_000 };
const left: Occupancy = { ...somebody, people: 0, emptySinceMs: 60_000 };

describe('a recording ends by itself', () => {
  it('after the idle time when nobody comes, whatever the resume wait', () => {
    expect(nextOwnEnd(rules, nobody)).toEqual({ reason: 'idle', atMs: 30_000 });
    expect(nextOwnEnd({ ...rules, resumeWaitS: 5 }, nobody)).toEqual({ reason: 'idle', atMs: 30_000 });
  });

  it('made by a vendor’s API waits for the first one no longer than for the last one to come back', () => {
    const vendor = endRules({ ...rules, idleTimeoutS: 86_400, resumeWaitS: 5 }, true);
    expect(nextOwnEnd(vendor, nobody)).toEqual({ reason: 'idle', atMs: 5000 });
    expect(nextOwnEnd(vendor, { ...somebody, firstMediaMs: null })).toEqual({ reason: 'idle', atMs: 86_450_000 });
    expect(endRules({ ...rules, resumeWaitS: 5 }, false).firstComerWaitS).toBeUndefined();
  });

  it('after the idle time without media while somebody is there, not for the resume wait', () => {
    expect(nextOwnEnd(rules, somebody)).toEqual({ reason: 'idle', atMs: 80_000 });
    expect(nextOwnEnd({ ...rules, resumeWaitS: 5 }, somebody)).toEqual({ reason: 'idle', atMs: 80_000 });
  });

  it('after the resume wait once everybody has left, also when that is longer than the idle time', () => {
    expect(nextOwnEnd({ ...rules, resumeWaitS: 5 }, left)).toEqual({ reason: 'room-empty', atMs: 65_000 });
    expect(nextOwnEnd({ ...rules, resumeWaitS: 600 }, left)).toEqual({ reason: 'room-empty', atMs: 660_000 });
    expect(nextOwnEnd({ ...rules, resumeWaitS: 0 }, left)).toEqual({ reason: 'room-empty', atMs: 60_000 });
    expect(nextOwnEnd(rules, left)).toEqual({ reason: 'idle', atMs: 80_000 });
  });

  it('after its longest duration since the first media, if that comes first', () => {
    expect(nextOwnEnd({ ...rules, maxDurationS: 60 }, somebody)).toEqual({ reason: 'max-duration', atMs: 61_000 });
    expect(nextOwnEnd({ ...rules, maxDurationS: 1 }, nobody)).toEqual({ reason: 'idle', atMs: 30_000 });
  });

  it('not for silence while it is paused, but when everybody has left', () => {
    expect(nextOwnEnd(rules, { ...somebody, isPaused: true })).toEqual({ reason: 'max-duration', atMs: 3_601_000 });
    expect(nextOwnEnd(rules, { ...left, isPaused: true })).toEqual({ reason: 'idle', atMs: 90_000 });
    expect(nextOwnEnd({ ...rules, resumeWaitS: 5 }, { ...left, isPaused: true })).toEqual({ reason: 'room-empty', atMs: 65_000 });
  });
});

describe('a watch over connections that come and go', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
  afterEach(() => void vi.useRealTimers());

  /** `media.us` is what the present connection has received last. */
  function watch(change: Partial<EndRules> = {}): { ends: string[]; media: { us: number | null }; watch: EndWatch } {
    const ends: string[] = [];
    const media: { us: number | null } = { us: null };
    const options = {
      nowMs: () => Date.now(),
      wasOccupied: false,
      firstMediaAgoMs: null,
      lastMediaUs: () => media.us,
      onEnd: (reason: string) => void ends.push(reason),
    };
    return { ends, media, watch: new EndWatch({ rules: { ...rules, ...change }, ...options }) };
  }
  const pass = (s: number): void => void vi.advanceTimersByTime(s * 1000);

  it('does not take the silence of a new connection for the silence of the room', () => {
    const { ends, media, watch: one } = watch();
    one.joining();
    one.enter('ada');
    one.joined();
    for (let s = 0; s < 100; s++) {
      media.us = Date.now() * 1000;
      pass(1);
    }
    one.joining();
    media.us = null;
    one.enter('ada');
    one.joined();
    pass(29);
    expect(ends).toEqual([]);
    pass(2);
    expect(ends).toEqual(['idle']);
  });

  it('counts on when an empty room is closed and opened again', () => {
    const { ends, watch: one } = watch({ resumeWaitS: 300 });
    one.joining();
    one.enter('ada');
    one.joined();
    one.leave('ada');
    for (let minute = 0; minute < 4; minute++) {
      pass(60);
      one.joining();
      one.joined();
    }
    pass(59);
    expect(ends).toEqual([]);
    pass(2);
    expect(ends).toEqual(['room-empty']);
  });

  it('names those who left while it was away, and waits for nobody before it has been there', () => {
    const { ends, watch: one } = watch({ resumeWaitS: 0 });
    one.enter('ada');
    expect(one.joined()).toEqual([]);
    one.joining();
    one.enter('bo');
    expect([one.joined(), one.people, ends]).toEqual([['ada'], 1, []]);
    one.leave('bo');
    expect(ends).toEqual(['room-empty']);
  });
});
