import { TrackType } from '@livekit/protocol';
import type { RoomServiceClient } from 'livekit-server-sdk';
import { publicationOf } from './participant/roster.ts';
import type { Publication } from './participant/types.ts';
import { roomService } from './room-service.ts';
import type { KeyPair } from './tokens.ts';

type ParticipantInfo = Awaited<ReturnType<RoomServiceClient['listParticipants']>>[number];

/** A room that is open now. */
export interface OpenRoom {
  readonly name: string;
  /** LiveKit's id of this session of the room: another one when it was closed and opened again. */
  readonly sid: string;
}

/** What is going on in the rooms of a LiveKit server, asked for and not listened to. */
export interface RoomView {
  /** All open rooms, or those of `names`. @throws whatever the room service said. */
  rooms(names?: readonly string[]): Promise<readonly OpenRoom[]>;
  /** What is published in a room, by people who are not hidden; nothing when the room is closed. @throws whatever the room service said. */
  publications(room: string): Promise<readonly Publication[]>;
}

/** Accepts `ws` and `http` addresses. */
export function viewRooms(url: string, pair: KeyPair): RoomView {
  const service = roomService(url, pair);
  return {
    rooms: async (names) => {
      const rooms = await service.listRooms(names === undefined ? undefined : [...names]);
      return rooms.map(({ name, sid }) => ({ name, sid }));
    },
    publications: async (room) => {
      const people = await service.listParticipants(room).catch(noneIfClosed);
      return people.filter((info) => info.permission?.hidden !== true).flatMap(publicationsOf);
    },
  };
}

function publicationsOf(info: ParticipantInfo): Publication[] {
  return info.tracks.filter((track) => Number(track.type) !== TrackType.DATA).map((track) => publicationOf(track, info));
}

function noneIfClosed(error: unknown): ParticipantInfo[] {
  if ((error as { code?: unknown }).code === 'not_found') return [];
  throw error;
}
