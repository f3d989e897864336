import { recordingCodes } from '../parameters/code-style.ts';
import { outOfRange } from '../parameters/read-parameters.ts';

/** Largest id of an integer room. */
const largestRoom = 4_294_967_295;

/** A TRTC room: its id as text is the LiveKit room's name, unchanged. `isText`: a string room, not an integer one. */
export interface TencentRoom {
  readonly id: string;
  readonly isText: boolean;
}

/**
 * The room of RoomId and RoomIdType (1: an integer in decimal).
 *
 * @throws {TencentError} InvalidParameter.OutOfRange when an integer room has another id than 1 to 4294967295.
 */
export function roomOf(roomId: string, roomIdType: number): TencentRoom {
  if (roomIdType === 0) return { id: roomId, isText: true };
  if (!isIntegerRoom(roomId)) throw outOfRange(recordingCodes, 'RoomId', `must be an integer from 1 to ${largestRoom} with RoomIdType 1`);
  return { id: roomId, isText: false };
}

/** Whether a room's name is the id of an integer room. */
export function isIntegerRoom(name: string): boolean {
  return /^[1-9]\d{0,9}$/.test(name) && Number(name) <= largestRoom;
}

/** `<SdkAppId>_<RoomId>`: what the names of a room's files begin with. */
export function nameBase(sdkAppId: number, { id, isText }: TencentRoom): string {
  return `${sdkAppId}_${isText ? encodeName(id) : id}`;
}

/** Base64 of UTF-8 with `/` as `-` and `=` as `.`: how file names hold user ids and string room ids. */
export function encodeName(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64').replaceAll('/', '-').replaceAll('=', '.');
}
