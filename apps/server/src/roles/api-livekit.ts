import type { LiveKitPort } from '@tapedeck/api';
import { participantToken, roomService, wsUrl } from '@tapedeck/livekit';
import type { Runtime } from '../supervisor/messages.ts';

/** Tokens and rooms of the node's LiveKit server. Our own server is reached under the address that the caller used. */
export function livekitPort(runtime: Runtime): LiveKitPort {
  const { url, key, secret } = runtime.livekit;
  const external = runtime.config.livekit.url;
  const pair = { key, secret };
  return {
    mintToken: async (_application, request, origin) => ({
      token: await participantToken(pair, { ...request, name: request.name === '' ? request.identity : request.name }),
      url: wsUrl(external ?? origin),
    }),
    listRooms: async () => {
      const rooms = await roomService(url, pair).listRooms();
      return rooms.map((room) => ({
        name: room.name,
        participants: room.numParticipants,
        createdAt: room.creationTime === 0n ? null : new Date(Number(room.creationTime) * 1000).toISOString(),
      }));
    },
  };
}
