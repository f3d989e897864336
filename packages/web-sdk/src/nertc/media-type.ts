import { Track } from 'livekit-client';

/** What of a person a stream carries: microphone, camera, shared screen, its sound. */
export type MediaType = 'audio' | 'video' | 'screen' | 'audioSlave';
/** All of them, in the order in which they are dealt with. */
export const mediaTypes: readonly MediaType[] = ['audio', 'video', 'screen', 'audioSlave'];

const sources: Readonly<Record<MediaType, Track.Source>> = {
  audio: Track.Source.Microphone,
  video: Track.Source.Camera,
  screen: Track.Source.ScreenShare,
  audioSlave: Track.Source.ScreenShareAudio,
};

/** LiveKit's name of it. */
export function sourceOf(mediaType: MediaType): Track.Source {
  return sources[mediaType];
}

/** NERTC's name of a LiveKit publication. */
export function mediaTypeOf({ source, kind }: { readonly source: Track.Source; readonly kind: Track.Kind }): MediaType {
  const known = mediaTypes.find((mediaType) => sources[mediaType] === source);
  return known ?? (kind === Track.Kind.Video ? 'video' : 'audio');
}

/** A participant's identity as a uid: a number when it is one. */
export function uidOf(identity: string): number | string {
  return /^(0|[1-9]\d{0,15})$/.test(identity) && Number.isSafeInteger(Number(identity)) ? Number(identity) : identity;
}
