import { ByteWriter } from '../byte-writer.ts';
import { writeAmf } from './amf.ts';
import type { AmfValue } from './amf.ts';
import { flvTag, tagFooterBytes, tagHeaderBytes, tagTypes } from './flv-tag.ts';

/** What stands in an FLV's head. */
export interface FlvHead {
  readonly video: { readonly width: number; readonly height: number; readonly fps: number } | null;
  readonly audio: { readonly sampleRateHz: number; readonly channels: number } | null;
  /** Keyframes: time and place in the file. */
  readonly keys: readonly (readonly [ms: number, at: number])[];
  readonly durationS: number;
  readonly fileBytes: number;
}

/** Longer lists of keyframes are thinned: a seek then lands some seconds earlier. */
const mostKeys = 1024;
const metaBytes = 20 * 1024;
const fileHeaderBytes = 13;
/** What the two properties that fill the room left take themselves: names, types, lengths. */
const paddingBytes = 2 + 'padding'.length + 1 + 4 + 2 + 'pad'.length + 1 + 2;
/** A number in an array. */
const numberBytes = 9;

/** Size of every head. */
export const flvHeadBytes = fileHeaderBytes + tagHeaderBytes + metaBytes + tagFooterBytes;

/** File header and onMetaData with an index of keyframes, always of the same size. */
export function flvHead(head: FlvHead): Uint8Array {
  const properties = describe(head);
  // Numbers, because FFmpeg stops reading at a string of more than 1023 letters.
  const left = metaBytes - metaBody(properties).length - paddingBytes;
  const numbers = Array<number>(Math.floor(left / numberBytes)).fill(0);
  const meta = metaBody({ ...properties, padding: numbers, pad: ' '.repeat(left % numberBytes) });
  const out = new ByteWriter(flvHeadBytes);
  out.text('FLV').u8(1);
  out
    .u8((head.audio === null ? 0 : 4) | (head.video === null ? 0 : 1))
    .u32(9)
    .u32(0);
  flvTag(out, tagTypes.script, 0, meta);
  return out.toBytes();
}

function metaBody(properties: Readonly<Record<string, AmfValue>>): Uint8Array {
  const out = new ByteWriter(metaBytes);
  writeAmf(out, 'onMetaData');
  writeAmf(out, properties, true);
  return out.toBytes().slice();
}

function describe({ video, audio, keys, durationS, fileBytes }: FlvHead): Record<string, AmfValue> {
  const step = Math.ceil(keys.length / mostKeys);
  const chosen = keys.filter((_, i) => i % step === 0);
  return {
    duration: durationS,
    filesize: fileBytes,
    ...(video === null ? {} : { width: video.width, height: video.height, videocodecid: 7, framerate: video.fps }),
    ...(audio === null ? {} : { audiocodecid: 10, audiosamplerate: audio.sampleRateHz, audiosamplesize: 16, stereo: audio.channels === 2 }),
    hasKeyframes: keys.length > 0,
    // An empty index is taken for a broken one.
    ...(keys.length === 0 ? {} : { keyframes: { filepositions: chosen.map(([, at]) => at), times: chosen.map(([ms]) => ms / 1000) } }),
  };
}
