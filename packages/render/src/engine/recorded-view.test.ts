import type { RecordedRules, SessionEvent } from '@tapedeck/rtplog';
import { describe, expect, it } from 'vitest';
import { RecordedView } from './recorded-view.ts';

const at = { us: 1, wall: 2 };
const everything = { allow: ['*'], deny: [] };
const rules = (change: Partial<RecordedRules>): SessionEvent => ({
  ...at,
  type: 'subscribe',
  rules: { audio: everything, video: everything, ...change },
});
const joined = (identity: string): SessionEvent => ({
  ...at,
  type: 'joined',
  identity,
  participantSid: `PA_${identity}`,
  name: '',
  metadata: '',
});
const published = (identity: string, kind: 'audio' | 'video', source: 'camera' | 'microphone' | 'screen_share'): SessionEvent => ({
  ...at,
  ...{ type: 'published', trackSid: `TR_${identity}_${source}`, participantSid: `PA_${identity}`, identity, kind, source },
});
const bo = [
  joined('bo'),
  published('bo', 'audio', 'microphone'),
  published('bo', 'video', 'camera'),
  published('bo', 'video', 'screen_share'),
];

/** What comes out, in short. */
function seen(view: RecordedView, events: readonly SessionEvent[]): string[] {
  return events.flatMap((event) => view.take(event)).map((event) => [event.type, 'trackSid' in event ? event.trackSid : 'identity' in event ? event.identity : ''].join(' ').trim()); // prettier-ignore
}

describe('the session as its rules let it be seen', () => {
  it('is as it was while there are no rules, or rules that leave nobody out', () => {
    expect(seen(new RecordedView(), bo)).toEqual([
      'joined bo',
      'published TR_bo_microphone',
      'published TR_bo_camera',
      'published TR_bo_screen_share',
    ]);
    expect(seen(new RecordedView(), [rules({}), ...bo])).toHaveLength(5);
  });

  it('is without those who are not recorded at all', () => {
    const nobody = { allow: ['*'], deny: ['b*'] };
    const speakers: SessionEvent = {
      ...at,
      type: 'speakers',
      speakers: [
        { identity: 'bo', level: 1 },
        { identity: 'ada', level: 0.5 },
      ],
    };
    const view = new RecordedView();
    expect(seen(view, [rules({ audio: nobody, video: nobody }), ...bo, joined('ada')])).toEqual(['subscribe', 'joined ada']);
    expect(view.take(speakers)).toEqual([{ ...speakers, speakers: [{ identity: 'ada', level: 0.5 }] }]);
    expect(view.isRecorded({ trackSid: 'x', identity: 'bo', kind: 'audio', source: 'microphone' })).toBe(false);
    expect(view.isRecorded({ trackSid: 'y', identity: 'ada', kind: 'audio', source: 'unknown' })).toBe(true);
  });

  it('leaves out a single track that the rest of the rule lets in', () => {
    const view = new RecordedView();
    seen(view, bo);
    const except = [{ identity: 'bo', source: 'screen_share' }];
    expect(seen(view, [rules({ video: { ...everything, except } })])).toEqual(['unpublished TR_bo_screen_share', 'subscribe']);
  });

  it('tells a change of rules as leaving and coming, unpublishing and publishing', () => {
    const view = new RecordedView();
    seen(view, bo);
    expect(seen(view, [rules({ video: { ...everything, sources: ['screen_share'] } })])).toEqual(['unpublished TR_bo_camera', 'subscribe']);
    expect(seen(view, [{ ...at, type: 'muted', trackSid: 'TR_bo_camera' }])).toEqual([]);
    const nobody = { allow: [], deny: [] };
    expect(seen(view, [rules({ video: nobody, audio: nobody })])).toEqual([
      'unpublished TR_bo_microphone',
      'unpublished TR_bo_screen_share',
      'left bo',
      'subscribe',
    ]);
    expect(seen(view, [rules({})])).toEqual([
      'joined bo',
      'published TR_bo_microphone',
      'published TR_bo_camera',
      'muted TR_bo_camera',
      'published TR_bo_screen_share',
      'subscribe',
    ]);
  });

  it('forgets who has gone', () => {
    const view = new RecordedView();
    const nobody = { allow: [], deny: [] };
    seen(view, [rules({ audio: nobody, video: nobody }), ...bo, { ...at, type: 'unpublished', trackSid: 'TR_bo_camera' }, { ...at, type: 'left', participantSid: 'PA_bo', identity: 'bo' }]); // prettier-ignore
    seen(view, [
      { ...at, type: 'unpublished', trackSid: 'TR_bo_microphone' },
      { ...at, type: 'unpublished', trackSid: 'TR_bo_screen_share' },
    ]);
    expect(seen(view, [rules({})])).toEqual(['subscribe']);
  });
});
