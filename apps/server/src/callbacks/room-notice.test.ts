import type { RoomWebhook } from '@tapedeck/livekit';
import { expect, it } from 'vitest';
import { roomNotice } from './room-notice.ts';

const participant = { sid: 'PA_1', identity: 'ada', isHidden: false, mayPublish: true, leaveReason: null };
const webhook = (event: string, over: Partial<RoomWebhook> = {}): RoomWebhook => ({
  ...{ id: 'EV_1', event, createdAtMs: 5_000, room: 'r', participant, track: null },
  ...over,
});
const typeOf = (told: RoomWebhook): string | null => roomNotice(told, 5_400)?.notice.type ?? null;

it('tells rooms, people and what they send', () => {
  expect(roomNotice(webhook('room_started', { participant: null }), 5_400)).toEqual({
    notice: { id: 'EV_1', atMs: 5_400, room: 'r', type: 'room-created', identity: null, reason: null, isPublisher: false },
    stayId: null,
  });
  const left = webhook('participant_left', { participant: { ...participant, leaveReason: 'PARTICIPANT_REMOVED' } });
  expect(roomNotice(left, 9_000)).toEqual({
    notice: { id: 'EV_1', atMs: 5_999, room: 'r', type: 'left', identity: 'ada', reason: 'PARTICIPANT_REMOVED', isPublisher: true },
    stayId: 'PA_1',
  });
  expect(typeOf(webhook('participant_joined'))).toBe('joined');
  expect(typeOf(webhook('room_finished', { participant: null }))).toBe('room-dismissed');
  const track = (source: 'camera' | 'microphone' | 'screen_share' | 'screen_share_audio' | 'unknown', kind: 'audio' | 'video' | 'data') =>
    typeOf(webhook('track_published', { track: { sid: 'TR', kind, source } }));
  expect(track('camera', 'video')).toBe('video-started');
  expect(track('unknown', 'audio')).toBe('audio-started');
  expect(track('screen_share', 'video')).toBe('screen-started');
  expect(track('screen_share_audio', 'audio')).toBeNull();
  expect(track('unknown', 'data')).toBeNull();
  expect(typeOf(webhook('track_unpublished', { track: { sid: 'TR', kind: 'video', source: 'screen_share' } }))).toBe('screen-stopped');
});

it('says nothing of recorders, of who is hidden, and of other events', () => {
  expect(typeOf(webhook('participant_joined', { participant: { ...participant, isHidden: true } }))).toBeNull();
  const identity = 'recorder-rec_01m7yxy6rde90zyvyrdfseesq5-1-abc123';
  expect(typeOf(webhook('participant_joined', { participant: { ...participant, identity } }))).toBeNull();
  expect(typeOf(webhook('egress_started'))).toBeNull();
  expect(typeOf(webhook('participant_joined', { room: '' }))).toBeNull();
  expect(typeOf(webhook('participant_joined', { participant: null }))).toBeNull();
});
