import type { JoinResponse } from '@livekit/protocol';

/** Which room of which server process a join led to. */
export interface JoinedRoom {
  readonly roomSid: string;
  readonly nodeId: string;
}

/** Names the room and the server process; either is '' when an older server does not say. */
export function joinedRoom(join: JoinResponse): JoinedRoom {
  return { roomSid: join.room?.sid ?? '', nodeId: join.serverInfo?.nodeId ?? '' };
}

/**
 * True when the room was closed between two joins: the same server process now has another room of that name. A restarted server or another node of a cluster has another
 * id and proves nothing. Needed because LiveKit may drop the goodbye of a deleted room when it closes the signal connection.
 */
export function wasReplaced(before: JoinedRoom | null, now: JoinedRoom): boolean {
  return before !== null && now.nodeId !== '' && before.nodeId === now.nodeId && before.roomSid !== '' && before.roomSid !== now.roomSid;
}
