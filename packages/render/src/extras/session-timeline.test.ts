import type { SessionEvent } from '@tapedeck/rtplog';
import { describe, expect, it } from 'vitest';
import { SessionTimeline } from './session-timeline.ts';

const at = { us: 0, wall: 0 };
const alice = (participantSid: string) => ({ identity: 'alice', participantSid });
const joined = (participantSid: string): SessionEvent => ({ ...at, type: 'joined', ...alice(participantSid), name: 'Alice', metadata: '' });
const left = (participantSid: string): SessionEvent => ({ ...at, type: 'left', ...alice(participantSid) });
const published = (participantSid: string): SessionEvent => ({
  ...{ ...at, type: 'published', ...alice(participantSid) },
  ...{ trackSid: `TR_${participantSid}`, kind: 'audio', source: 'microphone' },
});

describe('SessionTimeline', () => {
  it('leaves somebody present who has connected anew before the old connection is given up', () => {
    const timeline = new SessionTimeline();
    const events = [joined('PA_1'), published('PA_1'), joined('PA_2'), published('PA_2'), left('PA_1'), left('PA_2')];
    for (const [second, event] of events.entries()) timeline.take(event, second * 1e6);
    const [person] = timeline.finish('rec', 9e6).participants;
    expect(person?.present).toEqual([{ fromMs: 0, toMs: 5000 }]);
    expect(person?.tracks.map(({ trackSid, fromMs, toMs }) => [trackSid, fromMs, toMs])).toEqual([
      ['TR_PA_1', 1000, 4000],
      ['TR_PA_2', 3000, 5000],
    ]);
  });
});
