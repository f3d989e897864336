import type { SessionEvent } from '@tapedeck/rtplog';
import { describe, expect, it } from 'vitest';
import { Roster } from './roster.ts';

const at = { us: 0, wall: 0 };
const alice = (participantSid: string) => ({ identity: 'alice', participantSid });
const joined = (participantSid: string): SessionEvent => ({ ...at, type: 'joined', ...alice(participantSid), name: 'Alice', metadata: '' });
const left = (participantSid: string): SessionEvent => ({ ...at, type: 'left', ...alice(participantSid) });
const published = (participantSid: string): SessionEvent => ({
  ...{ ...at, type: 'published', ...alice(participantSid) },
  ...{ trackSid: `TR_${participantSid}`, kind: 'video', source: 'camera' },
});
const started: SessionEvent = { ...at, type: 'started', recordingId: 'rec', epoch: 2, room: 'r', bootId: 'b', recordingUs: 0 };

function after(events: readonly SessionEvent[]): { readonly people: string[]; readonly tracks: string[] } {
  const roster = new Roster();
  for (const event of events) roster.take(event, 0);
  return { people: [...roster.attendees].map(({ identity }) => identity), tracks: [...roster.tracks.keys()] };
}

describe('Roster', () => {
  it('keeps somebody who has connected anew before the old connection is given up', () => {
    const both = [joined('PA_1'), published('PA_1'), joined('PA_2'), published('PA_2'), left('PA_1')];
    expect(after(both)).toEqual({ people: ['alice'], tracks: ['TR_PA_2'] });
    expect(after([...both, left('PA_2')])).toEqual({ people: [], tracks: [] });
  });

  it('does not wait for the leaving of a participant who was gone before the next recorder came', () => {
    const events = [joined('PA_1'), published('PA_1'), started, joined('PA_2'), published('PA_2'), left('PA_2')];
    expect(after(events)).toEqual({ people: [], tracks: [] });
  });
});
