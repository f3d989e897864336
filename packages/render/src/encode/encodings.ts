import type { ContainerFormat, PictureCodec, RenderPlan, SoundCodec } from '../plan.ts';

/** Formats encoded once and written into as many containers. */
export interface Encoding {
  /** Null: none of its formats holds pictures. */
  readonly picture: PictureCodec | null;
  readonly sound: SoundCodec;
  readonly formats: readonly ContainerFormat[];
}

const soundCodecOf: Readonly<Record<ContainerFormat, SoundCodec>> = {
  mp4: 'aac',
  hls: 'aac',
  flv: 'aac',
  m4a: 'aac',
  aac: 'aac',
  webm: 'opus',
  ogg: 'opus',
  mp3: 'mp3',
  wav: 'pcm',
};

/** Whether a format holds sound alone. */
export function isSoundFormat(format: ContainerFormat): boolean {
  return format === 'm4a' || format === 'aac' || format === 'mp3' || format === 'wav' || format === 'ogg';
}

/** What sound of an output in this format is encoded with. */
export function soundCodecOfFormat(format: ContainerFormat): SoundCodec {
  return soundCodecOf[format];
}

/**
 * The encodings that a plan's formats need, each once: MP4, HLS, FLV, M4A and AAC share theirs, WebM and Ogg share the sound. Without sound the formats of sound
 * alone fall away (the tracks of a camera, say).
 */
export function encodingsOf({ formats, webm }: Pick<RenderPlan, 'formats' | 'webm'>, hasSound: boolean): readonly Encoding[] {
  const wanted = formats.filter((format) => hasSound || !isSoundFormat(format));
  const sounds = [...new Set(wanted.map(soundCodecOfFormat))];
  return sounds.map((sound) => {
    const shared = wanted.filter((format) => soundCodecOf[format] === sound);
    const hasPicture = shared.some((format) => !isSoundFormat(format));
    return { picture: !hasPicture ? null : sound === 'opus' ? webm.codec : 'h264', sound, formats: shared };
  });
}
