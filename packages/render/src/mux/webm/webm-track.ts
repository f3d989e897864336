import type { EncodedSample, TrackConfig } from '../../parts/types.ts';
import { av1Config } from '../av1-config.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { opusHead } from '../mp4/codec-config.ts';
import { binary, float, ids, master, readElements, readUint, text, uint } from './ebml.ts';

const codecIds = { vp8: 'V_VP8', vp9: 'V_VP9', av1: 'V_AV1', opus: 'A_OPUS' } as const;
type WebmCodec = keyof typeof codecIds;

/** One track of a WebM file as its TrackEntry says it. */
export interface WebmTrack {
  readonly number: number;
  readonly kind: 'video' | 'audio';
  readonly codec: WebmCodec;
  readonly codecPrivate: Uint8Array | null;
  readonly codecDelayNs: number;
  width: number;
  height: number;
  readonly sampleRateHz: number;
  readonly channels: number;
}

export function isWebmCodec(codec: string): codec is WebmCodec {
  return codec in codecIds;
}

/**
 * The track that `config` asks for; null while `keyframe` does not tell enough (AV1 before its sequence header).
 *
 * @throws {RangeError} for codecs WebM cannot hold.
 */
export function webmTrack(config: TrackConfig, keyframe: EncodedSample): WebmTrack | null {
  const { codec } = config;
  if (!isWebmCodec(codec)) throw new RangeError(`WebM cannot hold ${codec}.`);
  if (config.kind === 'audio') {
    const { channels, sampleRateHz, leadTicks = 0 } = config;
    const codecPrivate = config.codecConfig ?? opusHead(channels, leadTicks, sampleRateHz);
    const codecDelayNs = Math.round((leadTicks * 1e9) / sampleRateHz);
    return { number: 2, kind: 'audio', codec, codecPrivate, codecDelayNs, width: 0, height: 0, sampleRateHz, channels };
  }
  const codecPrivate = codec === 'av1' ? av1Config(config.codecConfig ?? keyframe.data) : null;
  if (!keyframe.isKeyframe || (codec === 'av1' && codecPrivate === null)) return null;
  const width = keyframe.width ?? config.width;
  const height = keyframe.height ?? config.height;
  return { number: 1, kind: 'video', codec, codecPrivate, codecDelayNs: 0, width, height, sampleRateHz: 0, channels: 0 };
}

/** @see RFC 9559 §5.1.4 */
export function writeTrack(out: ByteWriter, track: WebmTrack): void {
  master(out, ids.trackEntry, () => {
    uint(out, ids.trackNumber, track.number);
    uint(out, ids.trackUid, track.number);
    uint(out, ids.trackType, track.kind === 'video' ? 1 : 2);
    uint(out, ids.flagLacing, 0);
    text(out, ids.language, 'und');
    text(out, ids.codecId, codecIds[track.codec]);
    if (track.codecPrivate !== null) binary(out, ids.codecPrivate, track.codecPrivate);
    if (track.codec === 'opus') {
      uint(out, ids.codecDelay, track.codecDelayNs);
      uint(out, ids.seekPreRoll, 80_000_000);
    }
    if (track.kind === 'video') {
      master(out, ids.video, () => {
        uint(out, ids.pixelWidth, track.width);
        uint(out, ids.pixelHeight, track.height);
      });
    } else {
      master(out, ids.audio, () => {
        float(out, ids.samplingFrequency, track.sampleRateHz);
        uint(out, ids.channels, track.channels);
      });
    }
  });
}

/** Reads back what {@link writeTrack} wrote. */
export function readTrack(entry: Uint8Array): WebmTrack | null {
  const values = new Map<number, Uint8Array>();
  for (const element of readElements(entry)) {
    values.set(element.id, element.body);
    if (element.id === ids.video || element.id === ids.audio)
      for (const inner of readElements(element.body)) values.set(inner.id, inner.body);
  }
  const number = (id: number): number => readUint(values.get(id) ?? new Uint8Array(0));
  const name = new TextDecoder().decode(values.get(ids.codecId));
  const codec = (Object.keys(codecIds) as WebmCodec[]).find((key) => codecIds[key] === name);
  if (codec === undefined) return null;
  const frequency = values.get(ids.samplingFrequency);
  return {
    number: number(ids.trackNumber),
    kind: codec === 'opus' ? 'audio' : 'video',
    codec,
    codecPrivate: values.get(ids.codecPrivate)?.slice() ?? null,
    codecDelayNs: number(ids.codecDelay),
    width: number(ids.pixelWidth),
    height: number(ids.pixelHeight),
    sampleRateHz: frequency === undefined ? 0 : new DataView(frequency.buffer, frequency.byteOffset, 8).getFloat64(0),
    channels: number(ids.channels),
  };
}
