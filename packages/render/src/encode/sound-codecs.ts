import {
  AV_SAMPLE_FMT_FLT,
  AV_SAMPLE_FMT_FLTP,
  AV_SAMPLE_FMT_S16,
  FF_ENCODER_AAC,
  FF_ENCODER_LIBMP3LAME,
  FF_ENCODER_LIBOPUS,
  FF_ENCODER_PCM_S16LE,
} from 'node-av/constants';
import type { AVSampleFormat, FFAudioEncoder } from 'node-av/constants';
import type { AudioPlan, SoundCodec } from '../plan.ts';

/**
 * From this rate per channel on FFmpeg's `fast` AAC coder is used: measured on test tones at 64 kb/s its error is 30 times below `twoloop`'s, and it
 * does not depend on where the encoder began (twoloop's first seconds are audibly worse). Below, FFmpeg's manual recommends `twoloop`.
 */
const fastCoderKbps = 48;

/** How a sound codec is driven. */
export interface SoundCodecSetup {
  readonly encoder: FFAudioEncoder;
  readonly sampleFormat: AVSampleFormat;
  /** Samples in one frame; every frame of an output is made of samples that begin at a multiple of it. */
  readonly frameSamples: number;
  /** Encoder delay in samples: the first frame's `pts` is minus this. */
  readonly leadSamples: number;
  readonly options: Readonly<Record<string, string>>;
}

/** Encoder, frame size and delay of a codec under a plan. The delays are what the encoders report. */
export function soundCodecSetup(codec: SoundCodec, { sampleRateHz, channels, bitrateKbps }: AudioPlan): SoundCodecSetup {
  switch (codec) {
    case 'aac': {
      const options = { aac_coder: bitrateKbps / channels >= fastCoderKbps ? 'fast' : 'twoloop' };
      return { encoder: FF_ENCODER_AAC, sampleFormat: AV_SAMPLE_FMT_FLTP, frameSamples: 1024, leadSamples: 1024, options };
    }
    case 'mp3': {
      // MPEG-1 Layer III has two granules in a frame, MPEG-2 (up to 24 kHz) one. Without the reservoir no frame leans on bits of the one before:
      // frames of a restarted encoder join those of the run before.
      const frameSamples = sampleRateHz > 24_000 ? 1152 : 576;
      const options = { reservoir: '0' };
      return { encoder: FF_ENCODER_LIBMP3LAME, sampleFormat: AV_SAMPLE_FMT_FLTP, frameSamples, leadSamples: 1105, options };
    }
    case 'opus': {
      const leadSamples = (312 * sampleRateHz) / 48_000;
      return { encoder: FF_ENCODER_LIBOPUS, sampleFormat: AV_SAMPLE_FMT_FLT, frameSamples: sampleRateHz / 50, leadSamples, options: {} };
    }
    case 'pcm':
      return { encoder: FF_ENCODER_PCM_S16LE, sampleFormat: AV_SAMPLE_FMT_S16, frameSamples: 1024, leadSamples: 0, options: {} };
  }
}
