import type { Chapter, Part, TrackConfig } from '../../parts/types.ts';
import { ByteWriter } from '../byte-writer.ts';
import { GrowingFile } from '../growing-file.ts';
import { compactMp4 } from './compact.ts';
import { fragmentHead } from './fragment.ts';
import { durationSeconds, fragmentedMoov, ftyp, fullMoov, moovBytesFor } from './movie.ts';
import type { ContainerFile, FileFacts, MediaFacts } from '../container-file.ts';
import type { Mp4Track } from './movie.ts';
import { layOutPart } from './part-runs.ts';
import { codecOfEntry } from './sample-entry.ts';
import { scanMp4 } from './scan.ts';

export interface Mp4FileOptions {
  readonly path: string;
  /** The file's first instant, µs since the output's; null when the file exists. */
  readonly baseUs: number | null;
  /** Room kept for the full index. */
  readonly reserveBytes: number;
  /** A file with less media than this is written anew without the reserve when it is finished. */
  readonly compactBelowBytes?: number;
  /** Chapters of the stretch of the output that the file holds. */
  readonly chapters?: (fromUs: number, untilUs: number) => readonly Chapter[];
  readonly log?: (message: string, facts: Readonly<Record<string, unknown>>) => void;
}

const headerBytes = 8;
const longHeaderBytes = 16;
const alignment = 4096;

/**
 * An MP4 that can be played at every moment while it grows and becomes an ordinary fast-start file at the end without moving its media.
 *
 * Growing: `[ftyp][moov with mvex][free: reserve][moof mdat][moof mdat]…`. Finished: `[ftyp][free: old moov][moov][free][mdat around all parts]`; each
 * change of the head that a player could see is one write of a few KiB. Opening an existing file goes on behind its last whole part.
 * @see ISO/IEC 14496-12 §8.8 (movie fragments)
 */
export class Mp4File implements ContainerFile {
  readonly #options: Mp4FileOptions;
  readonly #file: GrowingFile;
  #baseUs: number;
  #tracks: Mp4Track[] = [];
  #moov = new Uint8Array(0);
  #zoneEnd = 0;
  #dataEnd = 0;
  #facts: FileFacts | null = null;
  #isFinished = false;

  constructor(options: Mp4FileOptions) {
    this.#options = options;
    this.#baseUs = options.baseUs ?? 0;
    this.#file = new GrowingFile(options.path);
    const found = scanMp4(this.#file);
    if (found === null) {
      this.#file.startAnew();
      return;
    }
    this.#tracks = found.tracks;
    this.#facts = found.facts;
    if (options.baseUs === null && found.facts !== null) this.#baseUs = found.facts.startUs;
    if (found.state === 'finished') {
      this.#isFinished = true;
      return;
    }
    this.#moov = Uint8Array.from(found.moov);
    this.#zoneEnd = found.zoneEnd;
    this.#dataEnd = found.dataEnd;
    this.#file.truncate(found.dataEnd);
  }

  get #compactBelowBytes(): number {
    return this.#options.compactBelowBytes ?? 64 * 2 ** 20;
  }

  /** What the file holds; null before its first part. */
  get facts(): FileFacts | null {
    if (this.#facts === null || this.#isFinished) return this.#facts;
    return { ...this.#facts, durationS: durationSeconds(this.#tracks) };
  }
  get isFinished(): boolean {
    return this.#isFinished;
  }
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
  get sizeBytes(): number {
    return this.#file.sizeBytes;
  }

  get finalBytes(): number {
    if (this.#isFinished) return this.sizeBytes;
    const mediaBytes = this.#dataEnd - this.#zoneEnd;
    const isCompacted = mediaBytes < this.#compactBelowBytes;
    const tables = this.#tracks.map(({ table }) => ({ samples: table.sampleCount, chunks: table.chunks.length }));
    return (isCompacted ? mediaBytes : this.#dataEnd) + moovBytesFor(tables);
  }

  append(part: Part, configs: readonly TrackConfig[]): void {
    const { runs, payload, isHeadChanged } = layOutPart(part, configs, this.#tracks, this.#baseUs);
    if (isHeadChanged) this.#writeHead();
    const fragment = { index: part.index, startUs: part.startUs, durationUs: part.durationUs, runs };
    const head = fragmentHead(fragment);
    if (this.#zoneEnd === 0) this.#writeHead();
    const bytes = Buffer.concat([head, ...payload]);
    this.#file.write(this.#dataEnd, bytes);
    let offset = this.#dataEnd + head.length;
    for (const run of runs) {
      this.#tracks.find((track) => track.id === run.trackId)!.table.append(run, offset);
      for (const sample of run.samples) offset += sample.sizeBytes;
    }
    this.#dataEnd += bytes.length;
    const endUs = part.startUs + part.durationUs;
    const { firstPart = part.index, startUs = part.startUs } = this.#facts ?? {};
    this.#facts = { firstPart, lastPart: part.index, startUs, endUs, isLast: false, durationS: 0 };
    this.#file.syncSoon();
  }

  /** Writes the moov of the growing file, with the reserve behind it, in one write. */
  #writeHead(): void {
    const start = ftyp();
    this.#moov = Uint8Array.from(fragmentedMoov(this.#tracks));
    if (this.#zoneEnd === 0) {
      const least = start.length + this.#moov.length + 4 * headerBytes + this.#options.reserveBytes;
      this.#zoneEnd = Math.ceil(least / alignment) * alignment;
      this.#dataEnd = this.#zoneEnd;
    }
    const freeBytes = this.#zoneEnd - start.length - this.#moov.length;
    if (freeBytes < headerBytes) throw new RangeError(`The head of ${this.#options.path} outgrew its ${this.#zoneEnd} bytes.`);
    const out = new ByteWriter().bytes(start).bytes(this.#moov).u32(freeBytes).text('free');
    this.#file.write(0, out.toBytes());
    if (this.#file.sizeBytes < this.#zoneEnd) this.#file.truncate(this.#zoneEnd);
  }

  /** Writes the index and the duration. Idempotent. `isLast`: the output ends with this file. */
  finish(isLast: boolean): void {
    if (this.#isFinished) return;
    this.#facts = {
      ...(this.#facts ?? { firstPart: 1, lastPart: 0, startUs: 0, endUs: 0 }),
      isLast,
      durationS: durationSeconds(this.#tracks),
    };
    if (this.#zoneEnd === 0) this.#writeHead();
    const chapters = this.#options.chapters?.(this.#baseUs, this.#facts.endUs) ?? [];
    if (this.#dataEnd - this.#zoneEnd < this.#compactBelowBytes) {
      compactMp4(this.#file, this.#tracks, this.#facts, chapters);
    } else this.#finishInPlace(fullMoov(this.#tracks, this.#facts, chapters, (offset) => offset));
    this.#isFinished = true;
  }

  #finishInPlace(moov: Uint8Array): void {
    const moovAt = ftyp().length;
    const freeAt = moovAt + this.#moov.length;
    const room = this.#zoneEnd - freeAt - longHeaderBytes;
    const fits = moov.length <= room;
    if (!fits)
      this.#options.log?.('index does not fit its reserve and goes to the end', { path: this.#options.path, bytes: moov.length, room });
    // What players skip today: everything inside the reserve.
    const left = fits ? room - moov.length : 0;
    const mdatAt = left >= headerBytes || !fits ? this.#zoneEnd - longHeaderBytes : freeAt + moov.length;
    const end = this.#dataEnd;
    const mdat = new ByteWriter(longHeaderBytes)
      .u32(1)
      .text('mdat')
      .u64(end - mdatAt);
    if (fits) {
      this.#file.write(freeAt + headerBytes, moov.subarray(headerBytes));
      if (left >= headerBytes) this.#file.write(freeAt + moov.length, new ByteWriter(8).u32(left).text('free').toBytes());
    } else this.#file.write(end, moov);
    this.#file.write(mdatAt, mdat.toBytes());
    this.#file.sync();
    // The switch: the old moov turns into free space and the new one (or the shortened reserve) becomes visible, in one write.
    const flip = new ByteWriter(this.#moov.length + headerBytes).text('free').bytes(this.#moov.subarray(headerBytes));
    if (fits) flip.bytes(moov.subarray(0, headerBytes));
    else flip.u32(room).text('free');
    this.#file.write(moovAt + 4, flip.toBytes());
    this.#file.sync();
  }

  /** Lets go of the file as it is. Idempotent. */
  close(): void {
    this.#file.close();
  }
}
