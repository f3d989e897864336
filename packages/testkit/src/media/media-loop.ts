import type { AudioCodec, VideoCodec } from '@tapedeck/rtp';
import { encodeG711, G711_PACKET_SAMPLES } from './encode-g711.ts';
import { encodeTestAudio, isDtxPacket, OPUS_PACKET_SAMPLES } from './encode-test-audio.ts';
import type { TestAudio } from './encode-test-audio.ts';
import { encodeTestVideo } from './encode-test-video.ts';
import type { TestVideo } from './encode-test-video.ts';
import { packetizeRed } from './packetize-audio.ts';
import { packetizeVideo, pictureIdOffset } from './packetize-video.ts';

/** One frame of a loop, ready to send. */
export interface LoopFrame {
  /** RTP payloads in order, shared by every turn of the loop: do not write into them. Empty when DTX leaves the frame out. */
  readonly payloads: readonly Uint8Array[];
  readonly isKeyframe: boolean;
}

/**
 * Encoded, packetized test media to be sent round and round without an encoder. Frame n of the call is `frames[n % frames.length]`, so the number in the
 * barcode is the frame's number modulo `frames.length`; the loop starts with a keyframe and its length is a whole number of seconds, so flash and beep keep their beat.
 */
export interface MediaLoop {
  readonly kind: 'audio' | 'video';
  readonly codec: VideoCodec | AudioCodec;
  readonly clockRateHz: number;
  /** RTP ticks from frame to frame. */
  readonly ticksPerFrame: number;
  readonly framesPerSecond: number;
  readonly frames: readonly LoopFrame[];
  /** Offset of the picture id in each payload, which {@link LoopSender} counts on; null when the codec has none. */
  readonly pictureIdOffset: number | null;
}

const VP8_LAYERS = [0, 2, 1, 2];

/** Resolves with the loop of a test video. @throws {RangeError} if its duration is not a whole number of seconds or 90 kHz is no multiple of its frame rate. */
export async function loadVideoLoop(video: TestVideo): Promise<MediaLoop> {
  const { codec, fps, durationS } = video;
  if (!Number.isInteger(durationS) || 90_000 % fps !== 0)
    throw new RangeError(`A loop of ${durationS} s at ${fps} fps has no whole number of ticks or seconds.`);
  const encoded = await encodeTestVideo(video);
  const frames = encoded.map((frame, index) => {
    const layer = video.temporalLayers === 3 ? { temporalLayer: VP8_LAYERS[index % VP8_LAYERS.length] ?? 0 } : {};
    return { payloads: packetizeVideo(codec, { ...frame, ...layer }), isKeyframe: frame.isKeyframe };
  });
  return {
    kind: 'video',
    codec,
    clockRateHz: 90_000,
    ticksPerFrame: 90_000 / fps,
    framesPerSecond: fps,
    frames,
    pictureIdOffset: pictureIdOffset(codec),
  };
}

/** Resolves with the loop of a test sound, as plain Opus or in RED with one redundant block. @throws {RangeError} if its duration is not a whole number of seconds. */
export async function loadAudioLoop(audio: TestAudio & { readonly red?: { readonly opusPayloadType: number } }): Promise<MediaLoop> {
  const { red, ...sound } = audio;
  if (!Number.isInteger(audio.durationS)) throw new RangeError(`A loop of ${audio.durationS} s is not a whole number of seconds.`);
  const encoded = await encodeTestAudio(sound);
  const isSent = (data: Uint8Array | undefined, index: number): boolean =>
    data !== undefined && !(audio.dtx === true && isDtxPacket(data) && index % 20 !== 0);
  const frames = encoded.map(({ data }, index): LoopFrame => {
    if (!isSent(data, index)) return { payloads: [], isKeyframe: true };
    const before = encoded[(index + encoded.length - 1) % encoded.length];
    if (!red) return { payloads: [data], isKeyframe: true };
    const redundant = before && isSent(before.data, index - 1) ? [{ data: before.data, ticksBack: OPUS_PACKET_SAMPLES }] : [];
    return { payloads: [packetizeRed(red.opusPayloadType, data, redundant)], isKeyframe: true };
  });
  return {
    kind: 'audio',
    codec: 'opus',
    clockRateHz: 48_000,
    ticksPerFrame: OPUS_PACKET_SAMPLES,
    framesPerSecond: 50,
    frames,
    pictureIdOffset: null,
  };
}

/** The loop of a test sound as G.711. @throws {RangeError} as {@link encodeG711}, or if the duration is not a whole number of seconds. */
export function loadG711Loop(codec: 'pcmu' | 'pcma', identity: number, durationS: number): MediaLoop {
  if (!Number.isInteger(durationS)) throw new RangeError(`A loop of ${durationS} s is not a whole number of seconds.`);
  const frames = encodeG711(codec, identity, durationS).map(({ data }): LoopFrame => ({ payloads: [data], isKeyframe: true }));
  const pace = { ticksPerFrame: G711_PACKET_SAMPLES, framesPerSecond: 50, pictureIdOffset: null };
  return { kind: 'audio', codec, clockRateHz: 8000, frames, ...pace };
}
