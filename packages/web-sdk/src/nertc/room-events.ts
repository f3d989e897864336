import {
  ConnectionState,
  DisconnectReason,
  RoomEvent,
  type Participant,
  type RemoteParticipant,
  type RemoteTrackPublication,
  type Room,
  type TrackPublication,
} from 'livekit-client';
import { mediaTypeOf, uidOf, type MediaType } from './media-type.ts';
import type { Stream } from './nertc-stream.ts';

/** What the events of a room change in a client. */
export interface RoomListener {
  emit(event: string, ...args: readonly unknown[]): void;
  /** The stream of a participant, made when there is none yet. */
  streamOf(participant: RemoteParticipant): Stream;
  gone(participant: RemoteParticipant): void;
  state(state: NertcConnectionState): void;
}

/** NERTC's names of the connection's states. */
export type NertcConnectionState = 'DISCONNECTED' | 'CONNECTING' | 'CONNECTED' | 'DISCONNECTING';

const muteNames: Readonly<Record<MediaType, string>> = { audio: 'audio', video: 'video', screen: 'screen', audioSlave: 'audio-slave' };
const states: Readonly<Record<ConnectionState, NertcConnectionState>> = {
  [ConnectionState.Disconnected]: 'DISCONNECTED',
  [ConnectionState.Connecting]: 'CONNECTING',
  [ConnectionState.Connected]: 'CONNECTED',
  [ConnectionState.Reconnecting]: 'CONNECTING',
  [ConnectionState.SignalReconnecting]: 'CONNECTED',
};

/** Tells a room's events by NERTC's names. */
export function followRoom(room: Room, listener: RoomListener): void {
  const added = (publication: RemoteTrackPublication, participant: RemoteParticipant): void => {
    const [stream, mediaType] = [listener.streamOf(participant), mediaTypeOf(publication)];
    stream.publications.set(mediaType, publication);
    listener.emit('stream-added', { stream, mediaType });
  };
  const removed = (publication: RemoteTrackPublication, participant: RemoteParticipant): void => {
    const [stream, mediaType] = [listener.streamOf(participant), mediaTypeOf(publication)];
    stream.publications.delete(mediaType);
    stream.setTrack(mediaType, null);
    listener.emit('stream-removed', { stream, mediaType });
  };
  const muted = (prefix: 'mute' | 'unmute') => (publication: TrackPublication, participant: Participant) => {
    if (!participant.isLocal) listener.emit(`${prefix}-${muteNames[mediaTypeOf(publication)]}`, { uid: uidOf(participant.identity) });
  };
  room
    .on(RoomEvent.ParticipantConnected, ({ identity }) => listener.emit('peer-online', { uid: uidOf(identity) }))
    .on(RoomEvent.ParticipantDisconnected, (participant) => {
      listener.emit('peer-leave', { uid: uidOf(participant.identity), reason: 0 });
      listener.gone(participant);
    })
    .on(RoomEvent.TrackPublished, added)
    .on(RoomEvent.TrackUnpublished, removed)
    .on(RoomEvent.TrackSubscribed, (track, publication, participant) => {
      const [stream, mediaType] = [listener.streamOf(participant), mediaTypeOf(publication)];
      stream.setTrack(mediaType, track.mediaStreamTrack);
      listener.emit('stream-subscribed', { stream, mediaType });
    })
    .on(RoomEvent.TrackUnsubscribed, (_track, publication, participant) =>
      listener.streamOf(participant).setTrack(mediaTypeOf(publication), null),
    )
    .on(RoomEvent.TrackMuted, muted('mute'))
    .on(RoomEvent.TrackUnmuted, muted('unmute'))
    .on(RoomEvent.ActiveSpeakersChanged, (speakers) => {
      listener.emit(
        'volume-indicator',
        speakers.map(({ identity, audioLevel }) => ({ uid: uidOf(identity), level: Math.round(audioLevel * 100), type: 'audio' })),
      );
      if (speakers[0]) listener.emit('active-speaker', { uid: uidOf(speakers[0].identity) });
    })
    .on(RoomEvent.ConnectionStateChanged, (state) => listener.state(states[state]))
    .on(RoomEvent.Disconnected, (reason) => {
      const uid = uidOf(room.localParticipant.identity);
      if (reason === DisconnectReason.DUPLICATE_IDENTITY) listener.emit('uid-duplicate');
      else if (reason === DisconnectReason.PARTICIPANT_REMOVED) listener.emit('client-banned', { uid });
      else if (reason === DisconnectReason.ROOM_DELETED) listener.emit('channel-closed');
      else if (reason !== DisconnectReason.CLIENT_INITIATED) listener.emit('error', 'SOCKET_ERROR');
    });
}

/** Tells of everybody who was there before. */
export function tellPresent(room: Room, listener: RoomListener): void {
  for (const participant of room.remoteParticipants.values()) {
    listener.emit('peer-online', { uid: uidOf(participant.identity) });
    for (const publication of participant.trackPublications.values()) {
      const [stream, mediaType] = [listener.streamOf(participant), mediaTypeOf(publication)];
      if (stream.publications.has(mediaType)) continue;
      stream.publications.set(mediaType, publication as RemoteTrackPublication);
      listener.emit('stream-added', { stream, mediaType });
    }
  }
}
