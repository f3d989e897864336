import { FF_ENCODER_LIBVPX_VP8, FF_ENCODER_LIBVPX_VP9, FF_ENCODER_LIBX264 } from 'node-av/constants';
import type { FFVideoEncoder } from 'node-av/constants';
import type { PictureCodec, VideoPlan } from '../plan.ts';

/** How a picture codec is driven. */
export interface PictureCodecSetup {
  readonly encoder: FFVideoEncoder;
  readonly options: Readonly<Record<string, string>>;
}

/** Encoder and private options of a codec under a plan. */
export function pictureCodecSetup(codec: PictureCodec, { preset }: VideoPlan, threads: number): PictureCodecSetup {
  // Keyframes where the plan asks for them, as for VP8 and VP9: x264's own at cuts of the scene would come and go with the processor's instruction set.
  if (codec === 'h264') return { encoder: FF_ENCODER_LIBX264, options: { preset, 'forced-idr': '1', sc_threshold: '0' } };
  // libvpx's real-time mode: one pass, no look-ahead, no hidden reference frames, so a keyframe is a clean start and every picture is one packet.
  const options = { deadline: 'realtime', 'lag-in-frames': '0', 'auto-alt-ref': '0', 'error-resilient': '0' };
  // Negative: a fixed speed. With a positive one VP8 takes as much of the time between two pictures as it gets.
  if (codec === 'vp8') return { encoder: FF_ENCODER_LIBVPX_VP8, options: { ...options, 'cpu-used': '-8' } };
  return {
    encoder: FF_ENCODER_LIBVPX_VP9,
    options: { ...options, 'cpu-used': '8', 'row-mt': threads > 1 ? '1' : '0', 'tile-columns': threads > 1 ? '1' : '0' },
  };
}
