import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { MediaFacts } from '../mux/container-file.ts';
import { boxType } from '../mux/mp4/box.ts';
import { fragmentHead, readFragment } from '../mux/mp4/fragment.ts';
import { fragmentedMoov, ftyp } from '../mux/mp4/movie.ts';
import type { Mp4Track } from '../mux/mp4/movie.ts';
import { addSilentTracks, layOutPart } from '../mux/mp4/part-runs.ts';
import { readTracks } from '../mux/mp4/read-movie.ts';
import { codecOfEntry } from '../mux/mp4/sample-entry.ts';
import { readTsMark, tsSegment } from '../mux/ts/ts-segment.ts';
import type { Part, TrackConfig } from './types.ts';

/** A segment that stands whole in its file. */
export interface WrittenSegment {
  readonly name: string;
  readonly startUs: number;
  readonly durationUs: number;
  readonly sizeBytes: number;
}

/** Bytes of a file to be written, in pieces. */
export interface SegmentFile {
  readonly name: string;
  readonly pieces: readonly Uint8Array[];
}

/** One way to write the segments of an HLS output. */
export interface HlsSegments {
  /** Name of the file that every segment needs first; null when each stands alone. */
  readonly initName: string | null;
  readonly media: MediaFacts;
  /** Takes up what an earlier run left in `folder`; false: nothing to go on with. */
  resume(folder: string): boolean;
  /** Segment `index` of an earlier run, asked in order; null when it is not there or not whole. */
  read(folder: string, index: number): WrittenSegment | null;
  /** The files of the next part; the segment itself comes last. */
  pack(part: Part, configs: readonly TrackConfig[]): readonly SegmentFile[];
}

/** Fragmented MP4: `init.mp4`, `00001.m4s` … */
export class Fmp4Segments implements HlsSegments {
  readonly initName = 'init.mp4';
  #tracks: Mp4Track[] = [];

  get media(): MediaFacts {
    const video = this.#tracks.find((track) => track.kind === 'video');
    const audio = this.#tracks.find((track) => track.kind === 'audio');
    return {
      width: video?.width ?? null,
      height: video?.height ?? null,
      videoCodec: video === undefined ? null : codecOfEntry(video.entries[0]!),
      audioCodec: audio === undefined ? null : codecOfEntry(audio.entries[0]!),
    };
  }

  resume(folder: string): boolean {
    const init = join(folder, this.initName);
    const tracks = existsSync(init) ? readTracks(readFileSync(init).subarray(ftyp().length)) : null;
    if (tracks === null || tracks.length === 0) return false;
    this.#tracks = tracks;
    return true;
  }

  read(folder: string, index: number): WrittenSegment | null {
    const name = segmentName(index, 'm4s');
    const found = readEnd(join(folder, name), (read, sizeBytes) => {
      const head = read(0, Math.min(sizeBytes, 1 << 20));
      if (head.length < 16 || boxType(head, 0) !== 'moof') return null;
      const moofBytes = head.readUInt32BE(0);
      if (moofBytes + 8 > head.length || moofBytes + head.readUInt32BE(moofBytes) !== sizeBytes) return null;
      return readFragment(head.subarray(0, moofBytes));
    });
    return found?.index === index ? { name, ...found } : null;
  }

  pack(part: Part, configs: readonly TrackConfig[]): readonly SegmentFile[] {
    const isFirst = this.#tracks.length === 0;
    const { runs, payload } = layOutPart(part, configs, this.#tracks, 0);
    const { index, startUs, durationUs } = part;
    const segment = { name: segmentName(index, 'm4s'), pieces: [fragmentHead({ index, startUs, durationUs, runs }), ...payload] };
    if (!isFirst) return [segment];
    addSilentTracks(configs, this.#tracks);
    return [{ name: this.initName, pieces: [ftyp(), fragmentedMoov(this.#tracks)] }, segment];
  }
}

/** MPEG-TS: `00001.ts` … */
export class TsSegments implements HlsSegments {
  readonly initName = null;
  readonly media: MediaFacts;
  #counters = new Map<number, number>();

  constructor(configs: readonly TrackConfig[]) {
    const video = configs.find((config) => config.kind === 'video');
    const audio = configs.find((config) => config.kind === 'audio');
    this.media = {
      width: video?.width ?? null,
      height: video?.height ?? null,
      videoCodec: video?.codec ?? null,
      audioCodec: audio?.codec ?? null,
    };
  }

  resume(): boolean {
    return true;
  }

  read(folder: string, index: number): WrittenSegment | null {
    const name = segmentName(index, 'ts');
    const found = readEnd(join(folder, name), (read, sizeBytes) => readTsMark(read(Math.max(0, sizeBytes - 188), 188)));
    if (found?.index !== index) return null;
    this.#counters = new Map(found.counters);
    return { name, ...found };
  }

  pack(part: Part, configs: readonly TrackConfig[]): readonly SegmentFile[] {
    return [{ name: segmentName(part.index, 'ts'), pieces: [tsSegment(part, configs, this.#counters)] }];
  }
}

function segmentName(index: number, extension: string): string {
  return `${String(index).padStart(5, '0')}.${extension}`;
}

/** What `find` makes of a file, with its size; null when the file is not there or `find` says so. */
function readEnd<T>(
  path: string,
  find: (read: (at: number, length: number) => Buffer, sizeBytes: number) => T | null,
): (T & { readonly sizeBytes: number }) | null {
  if (!existsSync(path)) return null;
  const sizeBytes = statSync(path).size;
  const file = openSync(path, 'r');
  try {
    const found = find((at, length) => {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(file, bytes, 0, length, at));
    }, sizeBytes);
    return found === null ? null : { ...found, sizeBytes };
  } finally {
    closeSync(file);
  }
}
