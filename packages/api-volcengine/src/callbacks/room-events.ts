import type { RoomNotice, RoomNoticeType } from '@tapedeck/protocol';
import type { VolcengineEvent } from './volcengine-callbacks.ts';

/** Which event of the vendor tells a fact about a room. */
const eventNames: Readonly<Record<RoomNoticeType, string>> = {
  'room-created': 'RoomCreate',
  'room-dismissed': 'RoomDestroy',
  joined: 'UserJoinRoom',
  left: 'UserLeaveRoom',
  'video-started': 'UserVideoStreamStart',
  'video-stopped': 'UserVideoStreamStop',
  'audio-started': 'UserAudioStreamStart',
  'audio-stopped': 'UserAudioStreamStop',
  'screen-started': 'UserScreenVideoStreamStart',
  'screen-stopped': 'UserScreenVideoStreamStop',
};

/** What a fact about a room is for the vendor. Whoever may not publish is an invisible user. */
export function roomEvents(notice: RoomNotice, appId: string): readonly VolcengineEvent[] {
  const { type, room, identity, reason, atMs, isPublisher } = notice;
  const isMove = type === 'joined' || type === 'left';
  const name = isMove && !isPublisher ? `Invisible${eventNames[type]}` : eventNames[type];
  const data = {
    ...{ AppId: appId, RoomId: room },
    ...(identity !== null && { UserId: identity }),
    ...(type === 'left' && { Reason: reasonOf(reason) }),
    Timestamp: atMs,
  };
  return [{ type: name, data }];
}

/** Why somebody left, in the words that the vendor uses where it has them. */
function reasonOf(reason: string | null): string {
  const words: Readonly<Record<string, string>> = {
    CLIENT_INITIATED: 'userLeave',
    PARTICIPANT_REMOVED: 'kickedByAdmin',
    ROOM_DELETED: 'roomDismiss',
    DUPLICATE_IDENTITY: 'duplicateJoin',
  };
  return words[reason ?? ''] ?? 'connectionLost';
}
