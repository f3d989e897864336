import {
  Encryption_Type,
  ParticipantInfo,
  ParticipantInfo_State,
  ParticipantPermission,
  SpeakerInfo,
  TrackInfo,
  TrackSource,
  TrackType,
} from '@livekit/protocol';
import { expect, test } from 'vitest';
import { Roster } from './roster.ts';
import type { RoomEvent } from './types.ts';

const microphone = new TrackInfo({ sid: 'TR_mic', type: TrackType.AUDIO, source: TrackSource.MICROPHONE });
const camera = new TrackInfo({ sid: 'TR_cam', type: TrackType.VIDEO, source: TrackSource.CAMERA, encryption: Encryption_Type.GCM });
const ann = (tracks: TrackInfo[], more: Partial<ParticipantInfo> = {}): ParticipantInfo =>
  new ParticipantInfo({ sid: 'PA_ann', identity: 'ann', name: 'Ann', state: ParticipantInfo_State.ACTIVE, tracks, version: 1, ...more });

function makeRoster(): { roster: Roster; events: RoomEvent[]; types: () => string[] } {
  const events: RoomEvent[] = [];
  return { roster: new Roster((event) => events.push(event)), events, types: () => events.splice(0).map(({ type }) => type) };
}

test('tells each change once', () => {
  const { roster, types } = makeRoster();
  roster.update([ann([microphone])]);
  roster.update([ann([microphone])]);
  expect(types()).toEqual(['joined', 'published']);
  roster.update([ann([microphone, camera], { version: 2 })]);
  expect(types()).toEqual(['published']);
  roster.update([ann([new TrackInfo({ ...microphone, muted: true }), camera], { version: 3 })]);
  expect(types()).toEqual(['muted']);
  roster.update([ann([camera], { version: 4 })]);
  expect(types()).toEqual(['unpublished']);
});

test('those who were there before are told in the order in which they joined, in milliseconds where the server says them', () => {
  const { roster, events } = makeRoster();
  const joinedAt = (sid: string, ms: number, more: Partial<ParticipantInfo> = {}): ParticipantInfo =>
    ann([], { sid, identity: sid, joinedAt: BigInt(Math.floor(ms / 1000)), joinedAtMs: BigInt(ms), ...more });
  roster.replace([joinedAt('c', 9_700), joinedAt('a', 9_600), joinedAt('d', 10_000, { joinedAtMs: 0n }), joinedAt('b', 9_650)]);
  expect(events.map((event) => event.type === 'joined' && event.participant.identity)).toEqual(['a', 'b', 'c', 'd']);
});

test('a track that is muted when it is published is told as both', () => {
  const { roster, types } = makeRoster();
  roster.update([ann([new TrackInfo({ ...microphone, muted: true })])]);
  expect(types()).toEqual(['joined', 'published', 'muted']);
});

test('an older version changes nothing', () => {
  const { roster, types } = makeRoster();
  roster.update([ann([microphone, camera], { version: 5 })]);
  types();
  roster.update([ann([], { version: 4 })]);
  expect(types()).toEqual([]);
});

test('who leaves takes the tracks along first, and they are gone while that is told', () => {
  let seen = -1;
  const events: string[] = [];
  const roster = new Roster(({ type }) => {
    events.push(type);
    if (type === 'unpublished') seen = [...roster.publications()].length;
  });
  roster.update([ann([microphone, camera])]);
  roster.update([ann([], { state: ParticipantInfo_State.DISCONNECTED, version: 2 })]);
  expect(events.slice(3)).toEqual(['unpublished', 'unpublished', 'left']);
  expect(seen).toBe(0);
});

test('a full list removes who is not in it', () => {
  const { roster, types } = makeRoster();
  roster.update([ann([microphone])]);
  types();
  roster.replace([new ParticipantInfo({ sid: 'PA_bob', identity: 'bob' })]);
  expect(types()).toEqual(['unpublished', 'left', 'joined']);
});

test('hidden participants and data tracks do not appear', () => {
  const { roster, types } = makeRoster();
  roster.update([ann([], { permission: new ParticipantPermission({ hidden: true }) })]);
  roster.update([ann([new TrackInfo({ sid: 'TR_data', type: TrackType.DATA })])]);
  expect(types()).toEqual(['joined']);
});

test('encryption is seen', () => {
  const { roster } = makeRoster();
  roster.update([ann([camera, microphone])]);
  expect(roster.publication('TR_cam')?.isEncrypted).toBe(true);
  expect(roster.publication('TR_mic')?.isEncrypted).toBe(false);
});

test('speakers are told whole although only changes come', () => {
  const { roster, events } = makeRoster();
  roster.update([ann([microphone]), new ParticipantInfo({ sid: 'PA_bob', identity: 'bob' })]);
  roster.updateSpeakers([new SpeakerInfo({ sid: 'PA_ann', active: true, level: 0.2 })]);
  roster.updateSpeakers([new SpeakerInfo({ sid: 'PA_bob', active: true, level: 0.7 })]);
  expect(events.at(-1)).toEqual({
    type: 'speakers',
    speakers: [
      { identity: 'bob', level: expect.closeTo(0.7) },
      { identity: 'ann', level: expect.closeTo(0.2) },
    ],
  });
  roster.updateSpeakers([new SpeakerInfo({ sid: 'PA_bob', active: false })]);
  expect(events.at(-1)).toMatchObject({ speakers: [{ identity: 'ann' }] });
});
