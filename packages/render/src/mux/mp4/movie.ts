import type { Chapter } from '../../parts/types.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { box, boxBytes, fullBox } from './box.ts';
import type { FileFacts } from '../container-file.ts';
import type { SampleTable } from './sample-table.ts';

/** Ticks per second of the movie header and of edit durations. */
const movieTimescale = 90000;

/** One track of an MP4 that is being made: what moov says of it and its samples so far. */
export interface Mp4Track {
  readonly id: number;
  readonly kind: 'video' | 'audio';
  readonly timescale: number;
  readonly leadTicks: number;
  width: number;
  height: number;
  /** Children of stsd; a fragment names one by its 1-based index. */
  readonly entries: Uint8Array[];
  readonly table: SampleTable;
}

/** Type of our box inside moov. */
export const factsBoxId = new TextEncoder().encode('tapedeck.file.v1');

export function ftyp(): Uint8Array {
  return boxBytes((out) => box(out, 'ftyp', () => out.text('isom').u32(512).text('isomiso6iso2mp41')));
}

/**
 * moov of a fragmented file: tracks without samples, and mvex. @see ISO/IEC 14496-12 §8.8.1
 */
export function fragmentedMoov(tracks: readonly Mp4Track[]): Uint8Array {
  return boxBytes((out) =>
    box(out, 'moov', () => {
      movieHeader(out, 0, tracks.length);
      for (const track of tracks) trackBox(out, track, null);
      box(out, 'mvex', () => {
        for (const track of tracks) fullBox(out, 'trex', 0, 0, () => out.u32(track.id).u32(1).zeros(12));
      });
    }),
  );
}

/** What chapters add to an index at most. */
export const chapterBytes = 255 * (8 + 1 + 255) + 32;

/** moov of an ordinary file with every sample in its tables. `chunkOffset` maps a chunk's place in the growing file to its final one. */
export function fullMoov(
  tracks: readonly Mp4Track[],
  facts: FileFacts,
  chapters: readonly Chapter[],
  chunkOffset: (offset: number) => number,
): Uint8Array {
  const filled = tracks.filter((track) => track.table.sampleCount > 0);
  return boxBytes((out) =>
    box(out, 'moov', () => {
      movieHeader(out, Math.max(0, ...filled.map(presentationEnd)), tracks.length);
      for (const track of filled) trackBox(out, track, chunkOffset);
      if (chapters.length > 0) box(out, 'udta', () => chapterList(out, chapters));
      box(out, 'uuid', () => {
        out
          .bytes(factsBoxId)
          .u32(facts.firstPart)
          .u32(facts.lastPart)
          .u64(facts.startUs)
          .u64(facts.endUs)
          .u8(facts.isLast ? 1 : 0)
          .f64(durationSeconds(tracks));
      });
    }),
  );
}

/** Nero's list of chapters, which FFmpeg, VLC and mpv read: times in 100 ns, titles of up to 255 bytes. */
function chapterList(out: ByteWriter, chapters: readonly Chapter[]): void {
  fullBox(out, 'chpl', 1, 0, () => {
    out.u32(0).u8(chapters.length);
    for (const { startUs, title } of chapters) {
      const text = shortText(title, 255);
      out
        .u64(startUs * 10)
        .u8(text.length)
        .bytes(text);
    }
  });
}

/** UTF-8, cut between letters. */
function shortText(text: string, bytes: number): Uint8Array {
  const out = new Uint8Array(bytes);
  return out.subarray(0, new TextEncoder().encodeInto(text, out).written);
}

/** Upper bound of {@link fullMoov}'s size for this many samples and chunks. */
export function moovBytesFor(tracks: readonly { readonly samples: number; readonly chunks: number }[]): number {
  return 4096 + tracks.reduce((sum, { samples, chunks }) => sum + samples * 12 + chunks * 24, 0);
}

/** End of a track on the movie's clock, in movie ticks. */
export function presentationEnd(track: Mp4Track): number {
  return Math.max(0, Math.ceil(((track.table.endPts - track.leadTicks) / track.timescale) * movieTimescale));
}

/** Seconds from the file's first instant to the end of its longest track. */
export function durationSeconds(tracks: readonly Mp4Track[]): number {
  return Math.max(0, ...tracks.filter((track) => track.table.sampleCount > 0).map(presentationEnd)) / movieTimescale;
}

function movieHeader(out: ByteWriter, duration: number, trackCount: number): void {
  fullBox(out, 'mvhd', 1, 0, () => {
    out.u64(0).u64(0).u32(movieTimescale).u64(duration).u32(0x10000).u16(0x100).zeros(10);
    matrix(out);
    out.zeros(24).u32(trackCount + 1);
  });
}

function matrix(out: ByteWriter): void {
  for (const value of [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000]) out.u32(value);
}

function trackBox(out: ByteWriter, track: Mp4Track, chunkOffset: ((offset: number) => number) | null): void {
  const isVideo = track.kind === 'video';
  const end = chunkOffset === null ? 0 : presentationEnd(track);
  box(out, 'trak', () => {
    fullBox(out, 'tkhd', 1, 3, () => {
      out
        .u64(0)
        .u64(0)
        .u32(track.id)
        .u32(0)
        .u64(end)
        .zeros(8)
        .u16(0)
        .u16(isVideo ? 0 : 1)
        .u16(isVideo ? 0 : 0x100)
        .u16(0);
      matrix(out);
      out.u32(track.width * 65536).u32(track.height * 65536);
    });
    editList(out, track, chunkOffset !== null);
    box(out, 'mdia', () => {
      const mediaDuration = chunkOffset === null ? 0 : track.table.endDts - track.table.firstDts;
      fullBox(out, 'mdhd', 1, 0, () => out.u64(0).u64(0).u32(track.timescale).u64(mediaDuration).u16(0x55c4).u16(0));
      fullBox(out, 'hdlr', 0, 0, () =>
        out
          .u32(0)
          .text(isVideo ? 'vide' : 'soun')
          .zeros(12)
          .text(isVideo ? 'video' : 'audio')
          .u8(0),
      );
      box(out, 'minf', () => {
        if (isVideo) fullBox(out, 'vmhd', 0, 1, () => out.zeros(8));
        else fullBox(out, 'smhd', 0, 0, () => out.zeros(4));
        box(out, 'dinf', () => fullBox(out, 'dref', 0, 0, () => (out.u32(1), fullBox(out, 'url ', 0, 1, () => {}))));
        box(out, 'stbl', () => sampleTables(out, track, chunkOffset));
      });
    });
  });
}

/**
 * Puts the first sample at its time: an empty edit before a track that starts late, a media edit behind encoder delay.
 *
 * @see ISO/IEC 14496-12 §8.6.6
 */
function editList(out: ByteWriter, track: Mp4Track, isFull: boolean): void {
  const { table, leadTicks, timescale } = track;
  if (!isFull && leadTicks === 0) return;
  const firstPts = isFull ? table.firstDts + table.firstOffset - leadTicks : -leadTicks;
  const lateTicks = Math.max(0, isFull ? firstPts : 0);
  const mediaTime = isFull ? table.firstOffset + Math.max(0, -firstPts) : leadTicks;
  const empty = Math.round((lateTicks / timescale) * movieTimescale);
  box(out, 'edts', () =>
    fullBox(out, 'elst', 1, 0, () => {
      out.u32(empty > 0 ? 2 : 1);
      if (empty > 0) out.u64(empty).u64(-1).u32(0x10000);
      out
        .u64(isFull ? presentationEnd(track) - empty : 0)
        .u64(mediaTime)
        .u32(0x10000);
    }),
  );
}

function sampleTables(out: ByteWriter, track: Mp4Track, chunkOffset: ((offset: number) => number) | null): void {
  const { table } = track;
  const count = chunkOffset === null ? 0 : table.sampleCount;
  fullBox(out, 'stsd', 0, 0, () => {
    out.u32(track.entries.length);
    for (const entry of track.entries) out.bytes(entry);
  });
  fullBox(out, 'stts', 0, 0, () => runLengths(out, count, (i) => table.duration(i)));
  if (count > 0 && table.hasOffsets) fullBox(out, 'ctts', 0, 0, () => runLengths(out, count, (i) => table.compositionOffset(i)));
  if (count > 0 && table.syncCount < count) {
    fullBox(out, 'stss', 0, 0, () => {
      out.u32(table.syncCount);
      for (let i = 0; i < table.syncCount; i++) out.u32(table.sync(i));
    });
  }
  const chunks = chunkOffset === null ? [] : table.chunks;
  fullBox(out, 'stsc', 0, 0, () => {
    const at = out.length;
    let entries = 0;
    out.u32(0);
    for (const [i, chunk] of chunks.entries()) {
      const before = chunks[i - 1];
      if (before?.sampleCount === chunk.sampleCount && before.entry === chunk.entry) continue;
      out
        .u32(i + 1)
        .u32(chunk.sampleCount)
        .u32(chunk.entry);
      entries++;
    }
    out.patchU32(at, entries);
  });
  fullBox(out, 'stsz', 0, 0, () => {
    out.u32(0).u32(count);
    for (let i = 0; i < count; i++) out.u32(table.size(i));
  });
  fullBox(out, 'co64', 0, 0, () => {
    out.u32(chunks.length);
    for (const chunk of chunks) out.u64(chunkOffset?.(chunk.offset) ?? 0);
  });
}

function runLengths(out: ByteWriter, count: number, valueAt: (index: number) => number): void {
  const at = out.length;
  let entries = 0;
  out.u32(0);
  for (let i = 0; i < count;) {
    const value = valueAt(i);
    let length = 1;
    while (i + length < count && valueAt(i + length) === value) length++;
    out.u32(length).u32(value);
    entries++;
    i += length;
  }
  out.patchU32(at, entries);
}
