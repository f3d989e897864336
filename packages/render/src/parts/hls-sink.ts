import {
  closeSync,
  existsSync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { RenderedFile } from '../plan.ts';
import type { Sink } from './sink.ts';
import { hlsPlaylist } from './hls-playlist.ts';
import { privateHlsTags } from './hls-private-tags.ts';
import { Fmp4Segments, TsSegments } from './hls-segments.ts';
import type { HlsSegments, SegmentFile, WrittenSegment } from './hls-segments.ts';
import type { OutputOptions, Part, TrackConfig } from './types.ts';

/**
 * HLS: `<key>.m3u8` and `parts/<key>/init.mp4, 00001.m4s …` or `parts/<key>/00001.ts …`. Segments and playlist appear by rename, the playlist after the segment it
 * names. The playlist is live (EVENT, without end) from the first segment on until the output is finished. @see RFC 8216
 */
export class HlsSink implements Sink {
  readonly #options: OutputOptions;
  readonly #folder: string;
  readonly #segments: HlsSegments;
  readonly #parts: WrittenSegment[] = [];
  #initBytes = 0;
  #isFinished = false;
  #syncedAtMs = 0;

  constructor(options: OutputOptions) {
    this.#options = options;
    this.#folder = join(options.outDir, 'parts', options.key);
    this.#segments = options.hls?.segments === 'ts' ? new TsSegments(options.tracks) : new Fmp4Segments();
    mkdirSync(this.#folder, { recursive: true });
    this.#resume();
  }

  get completedParts(): number {
    return this.#parts.length;
  }
  get completedUs(): number {
    const last = this.#parts.at(-1);
    return last === undefined ? 0 : last.startUs + last.durationUs;
  }
  get isFinished(): boolean {
    return this.#isFinished;
  }

  #resume(): void {
    if (!this.#segments.resume(this.#folder)) return;
    for (;;) {
      const part = this.#segments.read(this.#folder, this.#parts.length + 1);
      if (part === null) break;
      this.#parts.push(part);
    }
    const { initName } = this.#segments;
    if (initName !== null) this.#initBytes = statSync(join(this.#folder, initName)).size;
    const playlist = join(this.#options.outDir, this.#playlistName);
    this.#isFinished = existsSync(playlist) && readFileSync(playlist, 'utf8').includes('#EXT-X-ENDLIST');
  }

  append(part: Part, configs: readonly TrackConfig[]): void {
    if (part.index <= this.#parts.length) return;
    for (const file of this.#segments.pack(part, configs)) {
      const sizeBytes = this.#write(file);
      if (file.name === this.#segments.initName) this.#initBytes = sizeBytes;
      else this.#parts.push({ name: file.name, startUs: part.startUs, durationUs: part.durationUs, sizeBytes });
    }
    this.#writePlaylist();
  }

  finish(): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    if (this.#parts.length > 0) this.#writePlaylist();
  }

  close(): void {
    // Every file is closed after each write.
  }

  files(): readonly RenderedFile[] {
    if (this.#parts.length === 0) return [];
    const { type, participant, source, pictureSource = source, startMs, key } = this.#options;
    const folder = `parts/${key}`;
    const { media, initName } = this.#segments;
    const names = [...(initName === null ? [] : [initName]), ...this.#parts.map(({ name }) => name)];
    return [
      {
        key: `${key}.hls`,
        state: this.#isFinished ? 'complete' : 'growing',
        type,
        participant,
        source: media.videoCodec === null ? source : pictureSource,
        format: 'hls',
        path: this.#playlistName,
        parts: names.map((name) => `${folder}/${name}`),
        startMs,
        durationMs: Math.round(this.completedUs / 1000),
        sizeBytes: this.#parts.reduce((sum, part) => sum + part.sizeBytes, this.#initBytes),
        ...media,
      },
    ];
  }

  get #playlistName(): string {
    return `${this.#options.key}.m3u8`;
  }

  #writePlaylist(): void {
    const { key, partS, startWallMs, hls } = this.#options;
    const text = hlsPlaylist({
      folder: `parts/${key}`,
      initName: this.#segments.initName,
      parts: this.#parts,
      targetS: partS,
      startWallMs,
      hasEnded: this.#isFinished,
      privateTags: hls?.privateTags === true ? privateHlsTags(this.#options) : null,
    });
    const path = join(this.#options.outDir, this.#playlistName);
    writeFileSync(`${path}.tmp`, text);
    renameSync(`${path}.tmp`, path);
  }

  /** By rename; on the platter when the last flush is a second ago. Returns the size. */
  #write({ name, pieces }: SegmentFile): number {
    const bytes = Buffer.concat(pieces);
    const path = join(this.#folder, name);
    const file = openSync(`${path}.tmp`, 'w');
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
      if (performance.now() - this.#syncedAtMs > 1000) {
        fdatasyncSync(file);
        this.#syncedAtMs = performance.now();
      }
    } finally {
      closeSync(file);
    }
    renameSync(`${path}.tmp`, path);
    return bytes.length;
  }
}
