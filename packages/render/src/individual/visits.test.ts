import type { SessionEvent } from '@tapedeck/rtplog';
import { describe, expect, it } from 'vitest';
import { Visits } from './visits.ts';

const joined = (identity: string, sid: string): SessionEvent => ({
  type: 'joined',
  identity,
  participantSid: sid,
  name: '',
  metadata: '',
  us: 0,
  wall: 0,
});
const left = (identity: string, sid: string): SessionEvent => ({ type: 'left', identity, participantSid: sid, us: 0, wall: 0 });

/** Which visit of `a` it is after each of these events. */
function visitsOf(resumeWaitS: number | null, events: readonly (readonly [SessionEvent, number])[]): number[] {
  const visits = new Visits(resumeWaitS);
  return events.map(([event, atS]) => {
    visits.take(event, atS * 1e6);
    return visits.of('a');
  });
}

describe('visits', () => {
  const comings = [
    [joined('a', '1'), 0],
    [left('a', '1'), 10],
    [joined('a', '2'), 15],
    [left('a', '2'), 20],
    [joined('a', '3'), 26],
  ] as const;

  it('go on when somebody is back within the wait, and are counted when not', () => {
    expect(visitsOf(5, comings)).toEqual([0, 0, 0, 0, 1]);
    expect(visitsOf(4, comings)).toEqual([0, 0, 1, 1, 2]);
    expect(visitsOf(0, comings)).toEqual([0, 0, 1, 1, 2]);
    expect(visitsOf(null, comings)).toEqual([0, 0, 0, 0, 0]);
  });

  it('go on when the new connection is there before the old one has gone, and when a new recorder sees the same people', () => {
    expect(
      visitsOf(0, [
        [joined('a', '1'), 0],
        [joined('a', '2'), 5],
        [left('a', '1'), 6],
        [joined('a', '2'), 7],
      ]),
    ).toEqual([0, 0, 0, 0]);
  });

  it("are each one's own", () => {
    expect(
      visitsOf(1, [
        [joined('b', '1'), 0],
        [left('b', '1'), 1],
        [joined('b', '2'), 9],
      ]),
    ).toEqual([0, 0, 0]);
  });
});
