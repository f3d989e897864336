import type { RoomsPort } from '@tapedeck/api-tencent';
import { type KeyPair, roomService } from '@tapedeck/livekit';

/** Rooms for the dialects, by LiveKit's room service. */
export function dialectRooms(livekit: KeyPair & { readonly url: string }): RoomsPort {
  const service = roomService(livekit.url, livekit);
  return {
    dismiss: async (room) => {
      const open = await service.listRooms([room]);
      if (open.length === 0) return false;
      return await service.deleteRoom(room).then(() => true, falseIfGone);
    },
    remove: async (room, identity) => await service.removeParticipant(room, identity).then(() => true, falseIfGone),
  };
}

function falseIfGone(error: unknown): false {
  if ((error as { code?: unknown }).code === 'not_found') return false;
  throw error;
}
