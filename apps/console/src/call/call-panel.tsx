import { RoomEvent, Track, type Participant, type Room } from 'livekit-client';
import { useEffect, useReducer, useRef } from 'react';
import { useWords } from '../words.ts';

const CHANGES = [
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.TrackSubscribed,
  RoomEvent.TrackUnsubscribed,
  RoomEvent.TrackMuted,
  RoomEvent.TrackUnmuted,
  RoomEvent.LocalTrackPublished,
] as const;

/** Everybody in the room. */
export function CallPanel({ room, onLeave }: { readonly room: Room; readonly onLeave: () => Promise<void> }) {
  const text = useWords();
  const [, refresh] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    for (const event of CHANGES) room.on(event, refresh);
    return () => {
      for (const event of CHANGES) room.off(event, refresh);
    };
  }, [room]);
  const people: Participant[] = [room.localParticipant, ...room.remoteParticipants.values()];
  return (
    <section className="card">
      <div className="row">
        <h2>
          {text.room}: {room.name}
        </h2>
        <button onClick={() => void onLeave()}>{text.leave}</button>
      </div>
      <ul className="people">
        {people.map((person) => (
          <Person key={person.identity} person={person} isMe={person === room.localParticipant} />
        ))}
      </ul>
      {people.length === 1 && <p className="hint">{text.alone}</p>}
    </section>
  );
}

function Person({ person, isMe }: { readonly person: Participant; readonly isMe: boolean }) {
  const text = useWords();
  const camera = person.getTrackPublication(Track.Source.Camera);
  const microphone = person.getTrackPublication(Track.Source.Microphone);
  return (
    <li>
      <Media track={camera?.isMuted === true ? undefined : camera?.track} />
      {!isMe && <Media track={microphone?.track} />}
      <span>
        {person.name || person.identity}
        {isMe && ` (${text.you})`}
      </span>
    </li>
  );
}

function Media({ track }: { readonly track: Track | undefined }) {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const target = element.current;
    if (!track || !target) return undefined;
    track.attach(target);
    return () => void track.detach(target);
  }, [track]);
  return <video ref={element} hidden={track?.kind !== Track.Kind.Video} playsInline muted={track?.kind === Track.Kind.Video} />;
}
