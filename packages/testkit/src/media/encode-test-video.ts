import { Codec, CodecContext, Frame, Log, Rational } from 'node-av';
import { AV_LOG_ERROR, AV_PIX_FMT_YUV420P } from 'node-av/constants';
import type { FFVideoEncoder } from 'node-av/constants';
import type { VideoCodec } from '@tapedeck/rtp';
import { paintTestPicture, testPictureBytes } from '../picture/index.ts';
import { encodeInto } from './drain-encoder.ts';
import { cachedFrames } from './media-cache.ts';
import type { TestFrame } from './media-cache.ts';
import { openCodec } from './open-codec.ts';

/** What to encode: test pictures `0 … durationS × fps - 1`, a keyframe every `gopS` seconds, so that the loop may be repeated or entered at any of them. */
export interface TestVideo {
  readonly codec: VideoCodec;
  /** 0…255. */
  readonly identity: number;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly bitrateKbps: number;
  readonly durationS: number;
  /** Default 2. */
  readonly gopS?: number;
  /** VP8 only: 3 gives the layers 0, 2, 1, 2 that browsers send by default (L1T3); nothing refers to layer 2. Default: one layer. */
  readonly temporalLayers?: 3;
}

const ENCODERS: Record<VideoCodec, { readonly name: FFVideoEncoder; readonly options: Record<string, string> }> = {
  vp8: {
    name: 'libvpx' as FFVideoEncoder,
    options: { deadline: 'realtime', 'cpu-used': '8', 'error-resilient': '1', 'lag-in-frames': '0', 'auto-alt-ref': '0' },
  },
  vp9: {
    name: 'libvpx-vp9' as FFVideoEncoder,
    options: { deadline: 'realtime', 'cpu-used': '8', 'lag-in-frames': '0', 'auto-alt-ref': '0' },
  },
  av1: {
    name: 'libsvtav1' as FFVideoEncoder,
    options: { preset: '12', 'svtav1-params': 'rc=2:pred-struct=1:lookahead=0:scd=0:enable-tf=0' },
  },
  h264: {
    name: 'libx264' as FFVideoEncoder,
    options: { preset: 'superfast', tune: 'zerolatency', profile: 'baseline', 'x264-params': 'scenecut=0:repeat-headers=1' },
  },
  h265: {
    name: 'libx265' as FFVideoEncoder,
    options: { preset: 'ultrafast', tune: 'zerolatency', 'x265-params': 'log-level=none:scenecut=0:repeat-headers=1:bframes=0' },
  },
};

/** True when this build of FFmpeg can make test video of that codec. */
export function canEncodeTestVideo(codec: VideoCodec): boolean {
  return Codec.findEncoderByName(ENCODERS[codec].name) !== null;
}

/**
 * Resolves with one access unit per test picture, in the form that {@link packetizeVideo} takes: H.264/H.265 as Annex B with parameter sets in front of each
 * keyframe, AV1 as low-overhead OBUs without temporal delimiters, VP8/VP9 as frames. No B-frames. Encoded once, then read from the cache folder.
 *
 * @throws {Error} if the encoder is missing or its output is not one frame per picture.
 */
export function encodeTestVideo(video: TestVideo): Promise<readonly TestFrame[]> {
  return cachedFrames({ kind: 'video', ...video }, () => Promise.resolve().then(() => encode(video)));
}

async function encode(video: TestVideo): Promise<readonly TestFrame[]> {
  const encoder = await openEncoder(video);
  const { width, height, fps, identity } = video;
  const picture = Buffer.alloc(testPictureBytes(width, height));
  const frames: TestFrame[] = [];
  const total = Math.round(video.durationS * fps);
  for (let frame = 0; frame < total; frame++) {
    paintTestPicture(picture, { identity, width, height, fps, frame });
    const timeBase = { num: 1, den: fps };
    using input = Frame.fromVideoBuffer(picture, { width, height, format: AV_PIX_FMT_YUV420P, pts: BigInt(frame), timeBase });
    encodeInto(frames, encoder, input);
  }
  encodeInto(frames, encoder, null);
  encoder.freeContext();
  if (frames.length !== total) throw new Error(`${video.codec} gave ${frames.length} frames for ${total} pictures.`);
  return video.codec === 'av1' ? frames.map(({ data, isKeyframe }) => ({ data: withoutTemporalDelimiters(data), isKeyframe })) : frames;
}

async function openEncoder(video: TestVideo): Promise<CodecContext> {
  const { name, options } = ENCODERS[video.codec];
  Log.setLevel(AV_LOG_ERROR);
  process.env['SVT_LOG'] ??= '1';
  const codec = Codec.findEncoderByName(name);
  if (!codec) throw new Error(`FFmpeg has no encoder ${name}.`);
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  const gopSize = Math.round((video.gopS ?? 2) * video.fps);
  const bitRate = BigInt(video.bitrateKbps * 1000);
  Object.assign(encoder, {
    width: video.width,
    height: video.height,
    pixelFormat: AV_PIX_FMT_YUV420P,
    timeBase: new Rational(1, video.fps),
    framerate: new Rational(video.fps, 1),
    bitRate,
    gopSize,
    maxBFrames: 0,
    threadCount: 2,
  });
  if (video.codec !== 'av1') Object.assign(encoder, { rcMaxRate: bitRate, rcBufferSize: video.bitrateKbps * 1000 });
  const keyframes =
    video.codec === 'vp8' || video.codec === 'vp9' ? { g: String(gopSize), keyint_min: String(gopSize) } : { g: String(gopSize) };
  const layers = video.temporalLayers === 3 ? { 'ts-parameters': threeLayers(video.bitrateKbps) } : {};
  await openCodec(encoder, codec, { ...options, ...keyframes, ...layers }, `open ${name}`);
  return encoder;
}

/** libvpx' three-layer pattern; the bit rates are cumulative. @see FFmpeg's libvpx encoder, option ts-parameters */
function threeLayers(bitrateKbps: number): string {
  const targets = [0.4, 0.6, 1].map((share) => Math.round(bitrateKbps * share)).join(',');
  return `ts_number_layers=3:ts_target_bitrate=${targets}:ts_rate_decimator=4,2,1:ts_periodicity=4:ts_layer_id=0,2,1,2:ts_layering_mode=3`;
}

/** Removes OBUs of type 2. @see AV1 specification §5.3 */
function withoutTemporalDelimiters(data: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [];
  for (let offset = 0; offset < data.length;) {
    const first = data[offset]!;
    let at = offset + ((first & 4) !== 0 ? 2 : 1);
    let sizeBytes = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      const byte = data[at++] ?? 0;
      sizeBytes |= (byte & 0x7f) << shift;
      more = byte >= 0x80;
    }
    if (((first >> 3) & 15) !== 2) kept.push(data.subarray(offset, at + sizeBytes));
    offset = at + sizeBytes;
  }
  return Buffer.concat(kept);
}
