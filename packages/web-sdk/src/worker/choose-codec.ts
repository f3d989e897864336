import { canEncodeAudio, canEncodeVideo, Quality } from 'mediabunny';
import { RecorderUnsupportedError } from '../errors.ts';
import type { FileFormat } from '../store/recording-store.ts';
import type { AudioCodecName, AudioPlan, VideoCodecName, VideoPlan } from './plan.ts';

const videoChoices: Partial<Record<FileFormat, readonly VideoCodecName[]>> = { mp4: ['avc', 'vp9', 'av1'], webm: ['vp8', 'vp9', 'av1'] };
const audioChoices: Partial<Record<FileFormat, readonly AudioCodecName[]>> = {
  mp4: ['aac', 'opus'],
  webm: ['opus'],
  aac: ['aac'],
  mp3: ['mp3'],
  opus: ['opus'],
};

/** The loaded AAC encoder puts a packet of silence before the sound and does not say so. */
const loadedAacDelay = 1024;

/** A codec, and by how many samples its sound comes late when nobody makes up for it. */
export interface ChosenAudio {
  readonly codec: AudioCodecName;
  readonly delayFrames: number;
}

/** The first codec of the container that this browser encodes at the plan's size; the plan's own when it names one. @throws {RecorderUnsupportedError} RECORDER_UNSUPPORTED when there is none. */
export async function chooseVideoCodec(format: FileFormat, plan: VideoPlan): Promise<VideoCodecName> {
  const { width, height, bitrateBps } = plan;
  const choices = plan.codec === null ? (videoChoices[format] ?? []) : [plan.codec];
  for (const codec of choices)
    if (await canEncodeVideo(codec, { width, height, quality: new Quality({ bitrate: bitrateBps }), latencyMode: 'realtime' }))
      return codec;
  throw new RecorderUnsupportedError(`This browser encodes none of ${choices.join(', ')} at ${width}×${height} for ${format}.`);
}

/**
 * The same for sound. AAC and MP3 encoders are loaded when the browser has none of its own: AAC in an MP4 only when the plan asks for it, because Opus is there without loading anything.
 *
 * @throws {RecorderUnsupportedError} RECORDER_UNSUPPORTED when there is none.
 */
export async function chooseAudioCodec(format: FileFormat, plan: AudioPlan): Promise<ChosenAudio> {
  const choices = plan.codec === null ? (audioChoices[format] ?? []) : [plan.codec];
  for (const codec of choices) {
    if (await canEncode(codec, plan)) return { codec, delayFrames: 0 };
    if (choices.length > 1) continue;
    await loadEncoder(codec);
    if (await canEncode(codec, plan)) return { codec, delayFrames: codec === 'aac' ? loadedAacDelay : 0 };
  }
  throw new RecorderUnsupportedError(`This browser encodes none of ${choices.join(', ')} at ${plan.rateHz} Hz for ${format}.`);
}

function canEncode(codec: AudioCodecName, { rateHz, channels, bitrateBps }: AudioPlan): Promise<boolean> {
  return canEncodeAudio(codec, { numberOfChannels: channels, sampleRate: rateHz, quality: new Quality({ bitrate: bitrateBps }) });
}

async function loadEncoder(codec: AudioCodecName): Promise<void> {
  if (codec === 'aac') (await import('@mediabunny/aac-encoder')).registerAacEncoder();
  if (codec === 'mp3') (await import('@mediabunny/mp3-encoder')).registerMp3Encoder();
}
