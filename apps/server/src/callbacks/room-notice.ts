import type { NewRoomNotice } from '@tapedeck/catalogue';
import type { RoomWebhook } from '@tapedeck/livekit';
import type { RoomNotice, RoomNoticeType } from '@tapedeck/protocol';

/** As our recorders call themselves; they are hidden, but webhooks about tracks do not say so. */
const recorderIdentity = /^recorder-rec_[0-9a-z]{26}-/;

/**
 * The fact that a webhook of LiveKit tells about a room, or null when it is of no interest: another event, a recorder, or somebody hidden. The sound of a shared screen is no fact of its own.
 *
 * @param nowMs Wall clock; LiveKit tells whole seconds only.
 */
export function roomNotice({ id, event, createdAtMs, room, participant, track }: RoomWebhook, nowMs: number): NewRoomNotice | null {
  if (room === '' || participant?.isHidden === true || recorderIdentity.test(participant?.identity ?? '')) return null;
  const type = typeOf(event, track);
  if (type === null) return null;
  const isAboutRoom = type === 'room-created' || type === 'room-dismissed';
  if (!isAboutRoom && participant === null) return null;
  const atMs = createdAtMs === 0 ? nowMs : Math.min(createdAtMs + 999, Math.max(createdAtMs, nowMs));
  const notice: RoomNotice = {
    ...{ id, atMs, room, type },
    identity: isAboutRoom ? null : (participant?.identity ?? null),
    reason: participant?.leaveReason ?? null,
    isPublisher: !isAboutRoom && participant?.mayPublish === true,
  };
  return { notice, stayId: isAboutRoom ? null : (participant?.sid ?? null) };
}

function typeOf(event: string, track: RoomWebhook['track']): RoomNoticeType | null {
  switch (event) {
    case 'room_started':
      return 'room-created';
    case 'room_finished':
      return 'room-dismissed';
    case 'participant_joined':
      return 'joined';
    case 'participant_left':
      return 'left';
    case 'track_published':
    case 'track_unpublished': {
      const medium = mediumOf(track);
      return medium === null ? null : `${medium}-${event === 'track_published' ? 'started' : 'stopped'}`;
    }
    default:
      return null;
  }
}

function mediumOf(track: RoomWebhook['track']): 'video' | 'audio' | 'screen' | null {
  if (track === null || track.kind === 'data' || track.source === 'screen_share_audio') return null;
  return track.source === 'screen_share' ? 'screen' : track.kind;
}
