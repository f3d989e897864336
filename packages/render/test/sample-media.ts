import type { VideoCodec } from '@tapedeck/rtp';
import { encodeTestAudio, encodeTestVideo } from '@tapedeck/testkit';
import type { AudioTrackConfig, EncodedSample, Part, VideoTrackConfig } from '../src/parts/types.ts';

export const fps = 15;
export const partS = 2;

/** Encoded test pictures and beeps, cut into parts of two seconds. */
export interface SampleMedia {
  readonly video: VideoTrackConfig;
  readonly audio: AudioTrackConfig;
  readonly parts: readonly Part[];
  readonly pictures: number;
  readonly sounds: number;
}

/** Test media of `durationS` (even) seconds: one keyframe at the start of each part, Opus in 20 ms packets. */
export async function sampleMedia(codec: VideoCodec, durationS: number, identity = 7): Promise<SampleMedia> {
  const pictures = await encodeTestVideo({ codec, identity, width: 320, height: 180, fps, bitrateKbps: 500, durationS, gopS: partS });
  const sounds = await encodeTestAudio({ identity, durationS });
  const ticks = 90_000 / fps;
  const video = pictures.map(({ data, isKeyframe }, i): EncodedSample => ({
    data,
    pts: i * ticks,
    dts: i * ticks,
    duration: ticks,
    isKeyframe,
  }));
  const audio = sounds.map(({ data }, i): EncodedSample => ({ data, pts: i * 960, dts: i * 960, duration: 960, isKeyframe: true }));
  const parts = Array.from({ length: durationS / partS }, (_, i): Part => ({
    index: i + 1,
    startUs: i * partS * 1e6,
    durationUs: partS * 1e6,
    video: video.slice(i * partS * fps, (i + 1) * partS * fps),
    audio: audio.slice(i * partS * 50, (i + 1) * partS * 50),
  }));
  return {
    video: { kind: 'video', codec, timescale: 90_000, width: 320, height: 180, codecConfig: null },
    audio: { kind: 'audio', codec: 'opus', timescale: 48_000, sampleRateHz: 48_000, channels: 1, codecConfig: null },
    parts,
    pictures: pictures.length,
    sounds: sounds.length,
  };
}
