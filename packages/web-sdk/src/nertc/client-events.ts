import type { AudioRecordingCode } from '../audio/recording-numbers.ts';
import type { MediaType } from './media-type.ts';
import type { Stream } from './nertc-stream.ts';
import type { NertcConnectionState } from './room-events.ts';

interface StreamEvent {
  readonly stream: Stream;
  readonly mediaType: MediaType;
}
interface UidEvent {
  readonly uid: number | string;
}

/** What a client tells, by NERTC's names. Each is also told under `@` and its name. */
export interface ClientEvents {
  /** Someone is in the room, also those who were there before. */
  'peer-online': [event: UidEvent];
  'peer-leave': [event: UidEvent & { readonly reason: number }];
  /** Once per kind of media. */
  'stream-added': [event: StreamEvent];
  'stream-subscribed': [event: StreamEvent];
  'stream-removed': [event: StreamEvent];
  'mute-audio': [event: UidEvent];
  'unmute-audio': [event: UidEvent];
  'mute-video': [event: UidEvent];
  'unmute-video': [event: UidEvent];
  'mute-screen': [event: UidEvent];
  'unmute-screen': [event: UidEvent];
  'mute-audio-slave': [event: UidEvent];
  'unmute-audio-slave': [event: UidEvent];
  'connection-state-change': [
    event: { readonly curState: NertcConnectionState; readonly prevState: NertcConnectionState; readonly reconnect: boolean },
  ];
  'client-role-changed': [event: { readonly role: 'host' | 'audience' }];
  'active-speaker': [event: UidEvent];
  'volume-indicator': [people: { readonly uid: number | string; readonly level: number; readonly type: 'audio' | 'audioSlave' }[]];
  'uid-duplicate': [];
  'client-banned': [event: UidEvent];
  'channel-closed': [];
  /** `SOCKET_ERROR`: the connection is lost for good. */
  error: [type: string];
  /** A device could not be opened: which. */
  accessDenied: [mediaType: MediaType];
  notFound: [mediaType: MediaType];
  beOccupied: [mediaType: MediaType];
  deviceError: [mediaType: MediaType];
  stopScreenSharing: [event: object];
  /** How an audio recording goes; named as in NERTC's native SDKs. A picked file's path is its name. */
  onAudioRecording: [code: AudioRecordingCode, filePath: string];
}
