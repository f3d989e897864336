import { DisconnectReason } from '@livekit/protocol';
import type { EndReason } from './types.ts';

/** Why the server sends a participant away for good; reasons that are not listed mean `removed`. */
export const endReasons: Readonly<Partial<Record<DisconnectReason, EndReason>>> = {
  [DisconnectReason.DUPLICATE_IDENTITY]: 'duplicate-identity',
  [DisconnectReason.PARTICIPANT_REMOVED]: 'removed',
  [DisconnectReason.ROOM_DELETED]: 'room-closed',
  [DisconnectReason.ROOM_CLOSED]: 'room-closed',
};
