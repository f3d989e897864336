import { ConnectionState, RemoteTrack, Room, RoomEvent, Track, type RemoteParticipant } from 'livekit-client';
import * as tapedeck from '@tapedeck/web';
import { upload } from './upload.ts';

/** Joins a room with unmodified `livekit-client` and hears and sees everybody. */
async function join(url: string, token: string): Promise<Room> {
  const room = new Room();
  room.on(RoomEvent.TrackSubscribed, (track) => document.body.append(track.attach()));
  await room.connect(url, token);
  return room;
}

function trackOf(participant: RemoteParticipant, source: Track.Source): RemoteTrack | null {
  const track = participant.getTrackPublication(source)?.track;
  return track instanceof RemoteTrack ? track : null;
}

/** Everybody who is there with both tracks, as sources of a recorder. */
function sourcesOf(room: Room): tapedeck.RecorderSource[] {
  return [...room.remoteParticipants.values()].flatMap((participant) => {
    const [video, audio] = [trackOf(participant, Track.Source.Camera), trackOf(participant, Track.Source.Microphone)];
    if (!video?.receiver || !audio?.receiver) return [];
    const receivers = { video: video.receiver, audio: audio.receiver };
    return [{ id: participant.identity, video: video.mediaStreamTrack, audio: audio.mediaStreamTrack, receivers }];
  });
}

/** The audio recording calls of NERTC for a room, as docs/recorders/audio-deck.md has them. */
function deckOf(room: Room): tapedeck.AudioDeck {
  const deck = new tapedeck.AudioDeck({
    sources: () =>
      [room.localParticipant, ...room.remoteParticipants.values()].flatMap((person) =>
        [...person.audioTrackPublications.values()].flatMap(({ trackSid, track }) =>
          track ? [{ id: trackSid, audio: track.mediaStreamTrack, isLocal: person.isLocal }] : [],
        ),
      ),
    mayStart: () => (room.state === ConnectionState.Connected ? 0 : 30_101),
  });
  for (const event of [
    RoomEvent.TrackSubscribed,
    RoomEvent.TrackUnsubscribed,
    RoomEvent.LocalTrackPublished,
    RoomEvent.LocalTrackUnpublished,
  ] as const)
    room.on(event, () => deck.follow());
  room.on(RoomEvent.Disconnected, () => void deck.finish());
  return deck;
}

/** What tests find in the window. */
export interface CallTestPage {
  readonly tapedeck: typeof tapedeck;
  readonly join: typeof join;
  readonly sourcesOf: typeof sourcesOf;
  readonly deckOf: typeof deckOf;
  readonly upload: typeof upload;
}

Object.assign(globalThis, { page: { tapedeck, join, sourcesOf, deckOf, upload } satisfies CallTestPage });
