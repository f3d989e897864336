import type { FileResource } from '@tapedeck/protocol';

/** `audio`, `video` or `audio_video`: by what is in the file, else (while it grows) by whose track it is. */
export function trackTypeOf({ videoCodec, audioCodec, source, format }: FileResource): 'audio' | 'video' | 'audio_video' {
  if (videoCodec !== null && audioCodec !== null) return 'audio_video';
  if (videoCodec !== null) return 'video';
  if (audioCodec !== null || source === 'microphone' || source === 'screen_share_audio' || format === 'aac' || format === 'mp3')
    return 'audio';
  return source === 'camera' || source === 'screen_share' ? 'video' : 'audio_video';
}

/** `mix`, or whether somebody's camera and microphone (`main`) or shared screen (`aux`). */
export function mediaIdOf({ type, source }: Pick<FileResource, 'type' | 'source'>): 'main' | 'aux' | 'mix' {
  if (type === 'composite') return 'mix';
  return source?.startsWith('screen') === true ? 'aux' : 'main';
}

/** The name of a file without its folders. */
export const fileNameOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

/** The name without folders and ending: what VOD calls a file. */
export const mediaNameOf = (key: string): string => fileNameOf(key).replace(/\.[^.]*$/, '');

/** Sound and pictures, not what is made beside them (thumbnails, waveforms, timelines). */
export const isMedia = ({ type }: Pick<FileResource, 'type'>): boolean => type === 'composite' || type === 'individual' || type === 'track';
