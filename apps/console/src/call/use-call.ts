import { Room, RoomEvent, Track } from 'livekit-client';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ApiClient } from '../access/api-client.ts';
import { startTestSource } from './test-source.ts';

/** What the page publishes. */
export type Source = 'camera' | 'test-picture';

/** The page's place in a room. `roomName` stays after leaving, so that the recording of that room can be watched. */
export interface Call {
  readonly room: Room | null;
  readonly roomName: string | null;
  readonly isJoining: boolean;
  readonly error: string | null;
  readonly join: (roomName: string, name: string, source: Source) => Promise<void>;
  readonly leave: () => Promise<void>;
}

/** Joins and leaves rooms; whatever ends the connection ends the published tracks too. */
export function useCall(api: ApiClient): Call {
  const [room, setRoom] = useState<Room | null>(null);
  const [roomName, setRoomName] = useState<string | null>(null);
  const [isJoining, setIsJoining] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const current = useRef<Room | null>(null);

  const join = useCallback(
    async (wanted: string, name: string, source: Source): Promise<void> => {
      setIsJoining(true);
      setError(null);
      const joined = new Room();
      try {
        const { url, token } = await api.token(wanted, name);
        await joined.connect(url, token);
        joined.once(RoomEvent.Disconnected, () => setRoom(null));
        await publish(joined, source, name);
        current.current = joined;
        setRoom(joined);
        setRoomName(wanted);
      } catch (cause) {
        await joined.disconnect();
        setError(cause instanceof Error ? cause.message : String(cause));
      } finally {
        setIsJoining(false);
      }
    },
    [api],
  );
  const leave = useCallback(async () => current.current?.disconnect(), []);
  useEffect(() => () => void current.current?.disconnect(), []);
  return { room, roomName, isJoining, error, join, leave };
}

async function publish(room: Room, source: Source, name: string): Promise<void> {
  if (source === 'camera') {
    await room.localParticipant.enableCameraAndMicrophone();
    return;
  }
  const test = startTestSource(name);
  room.once(RoomEvent.Disconnected, () => test.stop());
  await room.localParticipant.publishTrack(test.video, { source: Track.Source.Camera, simulcast: false });
  await room.localParticipant.publishTrack(test.audio, { source: Track.Source.Microphone, dtx: false });
}
