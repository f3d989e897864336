import { invalidParameter } from '../errors.ts';
import type { Fields } from './fields.ts';

/** Picture and sound of a composite, in the vendor's numbers. */
export interface Encode {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** 0: by size and rate. */
  readonly videoKbps: number;
  readonly gopS: number;
  readonly audioKbps: number;
  readonly sampleRateHz: number;
  readonly channels: 1 | 2;
}

const side = { min: 2, max: 1920, isEven: true } as const;

/** Width and height of a picture. */
export function readSize(fields: Fields | null, width: string, height: string): { readonly width: number; readonly height: number } {
  return {
    width: fields?.integer(width, { ...side, fallback: 640 }) ?? 640,
    height: fields?.integer(height, { ...side, fallback: 480 }) ?? 480,
  };
}

/** The object `Encode` with its defaults. */
export function readEncode(body: Fields): Encode {
  const fields = body.object('Encode');
  const { width, height } = readSize(fields, 'VideoWidth', 'VideoHeight');
  if (fields === null) return { width, height, fps: 15, videoKbps: 0, gopS: 4, audioKbps: 64, sampleRateHz: 48_000, channels: 2 };
  if (fields.choice('VideoCodec', [0, 1], 0) === 1)
    throw invalidParameter(fields.at('VideoCodec'), 'must be 0 (H.264): this server does not encode ByteVC1');
  fields.choice('AudioCodec', [0], 0);
  const channels = fields.choice('AudioChannels', [1, 2], 2);
  let profile = fields.choice('AudioProfile', [0, 1, 2], 0);
  if (profile === 2 && channels === 1) {
    if (fields.isStrict) throw invalidParameter(fields.at('AudioProfile'), 'must be 0 or 1 with AudioChannels 1');
    profile = 0;
  }
  const most = profile === 2 ? 64 : profile === 1 ? 128 : 192;
  return {
    ...{ width, height, channels },
    fps: fields.integer('VideoFps', { min: 1, max: 60, fallback: 15 }),
    videoKbps: fields.integer('VideoBitrate', { min: 0, max: 10_000, fallback: 0 }),
    gopS: fields.integer('VideoGop', { min: 1, max: 5, fallback: 4 }),
    audioKbps: Math.min(most, fields.integer('AudioBitrate', { min: 32, max: 192, fallback: 64 })),
    sampleRateHz: fields.choice('AudioSampleRate', [32_000, 44_100, 48_000], 48_000),
  };
}
