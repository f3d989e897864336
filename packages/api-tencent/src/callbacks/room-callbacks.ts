import type { RoomNotice, RoomNoticeType, VendorCallback } from '@tapedeck/protocol';
import { isIntegerRoom } from '../mapping/room-name.ts';
import { envelope } from './envelope.ts';

/** Rooms, and media. */
const groups = { room: 1, media: 2 } as const;

const types: Readonly<Record<RoomNoticeType, number>> = {
  ...{ 'room-created': 101, 'room-dismissed': 102, joined: 103, left: 104, 'video-started': 201, 'video-stopped': 202 },
  ...{ 'audio-started': 203, 'audio-stopped': 204, 'screen-started': 205, 'screen-stopped': 206 },
};

/** Reason of 104 by LiveKit's: 1 left, 2 lost, 3 removed, 5 the room was closed. */
const leaveReasons: Readonly<Record<string, number>> = {
  ...{
    CLIENT_INITIATED: 1,
    MIGRATION: 1,
    PARTICIPANT_REMOVED: 3,
    DUPLICATE_IDENTITY: 3,
    USER_REJECTED: 3,
    ROOM_DELETED: 5,
    ROOM_CLOSED: 5,
  },
  ...{ SERVER_SHUTDOWN: 5 },
};
const lost = 2;
const entered = 1;
const roles = { anchor: 20, audience: 21 } as const;
/** No vendor's client: TerminalType other, UserType WebRTC. */
const client = { TerminalType: 100, UserType: 1 } as const;

/**
 * The callback of groups 1 and 2 for a fact about a room. A room whose name is an integer is told as one.
 *
 * @see https://trtc.io/document/39558
 */
export function roomCallbacks(notice: RoomNotice): readonly VendorCallback[] {
  const type = types[notice.type];
  const group = type < 200 ? groups.room : groups.media;
  return [envelope(group, type, roomIdOf(notice.room), notice.atMs, factsOf(notice))];
}

function factsOf({ type, identity, isPublisher, reason }: RoomNotice): Readonly<Record<string, unknown>> {
  const UserId = identity ?? '';
  const Role = isPublisher ? roles.anchor : roles.audience;
  if (type === 'room-dismissed') return {};
  if (type === 'joined') return { UserId, Role, ...client, Reason: entered };
  if (type === 'left') return { UserId, Role, Reason: reason === null ? 1 : (leaveReasons[reason] ?? lost) };
  return type.endsWith('-stopped') ? { UserId, Reason: 0 } : { UserId };
}

function roomIdOf(room: string): string | number {
  return isIntegerRoom(room) ? Number(room) : room;
}
