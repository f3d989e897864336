import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { EncodedSample, Part, TrackConfig } from './types.ts';

/** What a sample is but for its bytes: size, pts, dts, duration, 1 for a keyframe. */
type SampleRow = readonly [sizeBytes: number, pts: number, dts: number, duration: number, isKeyframe: 0 | 1];

interface PartHead {
  readonly index: number;
  readonly startUs: number;
  readonly durationUs: number;
  readonly video: readonly SampleRow[];
  readonly audio: readonly SampleRow[];
  readonly before: readonly SampleRow[];
  readonly sizeBytes: number;
}

const magic = 'tdpart1\n';
const headAt = magic.length + 4;

/** Keeps a part that is still to be joined: `tdpart1\n`, u32 length, a JSON head, then the samples' bytes. Appears whole, by rename. */
export function writePartFile(path: string, part: Part): void {
  const { before = [] } = part;
  const samples = [...part.video, ...part.audio, ...before];
  const sizeBytes = samples.reduce((sum, sample) => sum + sample.data.length, 0);
  const { index, startUs, durationUs } = part;
  const rows = { video: part.video.map(rowOf), audio: part.audio.map(rowOf), before: before.map(rowOf) };
  const head: PartHead = { index, startUs, durationUs, ...rows, sizeBytes };
  const json = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  writeFileSync(`${path}.tmp`, Buffer.concat([Buffer.from(magic), length, json, ...samples.map((sample) => sample.data)]));
  renameSync(`${path}.tmp`, path);
}

/** The part that {@link writePartFile} kept, or null when there is none (or one that is not whole). */
export function readPartFile(path: string): Part | null {
  if (!existsSync(path)) return null;
  const bytes = readFileSync(path);
  if (bytes.length < headAt || bytes.toString('latin1', 0, magic.length) !== magic) return null;
  const payloadAt = headAt + bytes.readUInt32LE(magic.length);
  if (payloadAt > bytes.length) return null;
  const head = JSON.parse(bytes.toString('utf8', headAt, payloadAt)) as PartHead;
  if (payloadAt + head.sizeBytes !== bytes.length) return null;
  let at = payloadAt;
  const sample = ([sizeBytes, pts, dts, duration, isKeyframe]: SampleRow): EncodedSample => {
    const data = bytes.subarray(at, at + sizeBytes);
    at += sizeBytes;
    return { data, pts, dts, duration, isKeyframe: isKeyframe === 1 };
  };
  const video = head.video.map(sample);
  const audio = head.audio.map(sample);
  const before = head.before.map(sample);
  return { index: head.index, startUs: head.startUs, durationUs: head.durationUs, video, audio, before };
}

const rowOf = ({ data, pts, dts, duration, isKeyframe }: EncodedSample): SampleRow => [data.length, pts, dts, duration, isKeyframe ? 1 : 0];

/** Tracks as JSON: the codec's configuration in base64. */
export function encodeTracks(tracks: readonly TrackConfig[]): unknown[] {
  return tracks.map((track) => ({
    ...track,
    codecConfig: track.codecConfig === null ? null : Buffer.from(track.codecConfig).toString('base64'),
  }));
}

/** The other way round. */
export function decodeTracks(tracks: readonly unknown[]): TrackConfig[] {
  return tracks.map((value) => {
    const track = value as Omit<TrackConfig, 'codecConfig'> & { readonly codecConfig: string | null };
    return {
      ...track,
      codecConfig: track.codecConfig === null ? null : new Uint8Array(Buffer.from(track.codecConfig, 'base64')),
    } as TrackConfig;
  });
}
