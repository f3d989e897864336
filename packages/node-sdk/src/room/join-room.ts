import { RtcParticipant, type RoomParticipant } from './room-participant.ts';
import { loadRtcNode } from './rtc-node.ts';

/** Where to join, and what for. */
export interface JoinRoomOptions {
  /** `ws(s)://` address of the SFU, as `tokens.create` answers it; `http(s)://` will do. */
  readonly url: string;
  /** LiveKit access token. */
  readonly token: string;
  /** False: nothing is received, so that a recording holds the own side only. Default true. */
  readonly receive?: boolean;
}

/**
 * Joins a room as a participant that hears, speaks and records sound. Resolves when it is in.
 *
 * @throws {Error} of `@livekit/rtc-node` when the server refuses or does not answer.
 */
export async function joinRoom({ url, token, receive = true }: JoinRoomOptions): Promise<RoomParticipant> {
  const { Room } = await loadRtcNode();
  const room = new Room();
  const participant = new RtcParticipant(room);
  await participant.follow();
  try {
    await room.connect(url.replace(/^http/, 'ws'), token, { autoSubscribe: receive, dynacast: false });
  } catch (error) {
    await participant.leave();
    throw error;
  }
  return participant;
}
