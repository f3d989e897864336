import {
  closeSync,
  existsSync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { MediaFacts } from '../mux/container-file.ts';
import { boxType } from '../mux/mp4/box.ts';
import { fragmentHead, readFragment } from '../mux/mp4/fragment.ts';
import { fragmentedMoov, ftyp } from '../mux/mp4/movie.ts';
import type { Mp4Track } from '../mux/mp4/movie.ts';
import { addSilentTracks, layOutPart } from '../mux/mp4/part-runs.ts';
import { readTracks } from '../mux/mp4/read-movie.ts';
import { codecOfEntry } from '../mux/mp4/sample-entry.ts';
import type { RenderedFile } from '../plan.ts';
import type { Sink } from './sink.ts';
import { hlsPlaylist } from './hls-playlist.ts';
import type { OutputOptions, Part, TrackConfig } from './types.ts';

interface WrittenPart {
  readonly name: string;
  readonly startUs: number;
  readonly durationUs: number;
  readonly sizeBytes: number;
}

/**
 * HLS with fMP4 parts: `<key>.m3u8` and `parts/<key>/init.mp4, 00001.m4s …`. Parts and playlist appear by rename, the playlist after the part it
 * names. @see RFC 8216
 */
export class HlsSink implements Sink {
  readonly #options: OutputOptions;
  readonly #folder: string;
  readonly #parts: WrittenPart[] = [];
  #tracks: Mp4Track[] = [];
  #sizeBytes = 0;
  #isFinished = false;
  #syncedAtMs = 0;

  constructor(options: OutputOptions) {
    this.#options = options;
    this.#folder = join(options.outDir, 'parts', options.key);
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
    const init = join(this.#folder, 'init.mp4');
    if (!existsSync(init)) return;
    const tracks = readTracks(readFileSync(init).subarray(ftyp().length));
    if (tracks === null || tracks.length === 0) return;
    this.#tracks = tracks;
    for (let part = readPart(this.#folder, 1); part !== null; part = readPart(this.#folder, this.#parts.length + 1)) this.#parts.push(part);
    this.#sizeBytes = this.#parts.reduce((sum, part) => sum + part.sizeBytes, statSync(init).size);
    const playlist = join(this.#options.outDir, this.#playlistName);
    this.#isFinished = existsSync(playlist) && readFileSync(playlist, 'utf8').includes('#EXT-X-ENDLIST');
  }

  append(part: Part, configs: readonly TrackConfig[]): void {
    if (part.index <= this.#parts.length) return;
    const isFirst = this.#tracks.length === 0;
    const { runs, payload } = layOutPart(part, configs, this.#tracks, 0);
    if (isFirst) {
      addSilentTracks(configs, this.#tracks);
      this.#sizeBytes += this.#write('init.mp4', [ftyp(), fragmentedMoov(this.#tracks)]);
    }
    const { index, startUs, durationUs } = part;
    const name = partName(index);
    const sizeBytes = this.#write(name, [fragmentHead({ index, startUs, durationUs, runs }), ...payload]);
    this.#sizeBytes += sizeBytes;
    this.#parts.push({ name, startUs, durationUs, sizeBytes });
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
    const { type, participant, source, startMs, key } = this.#options;
    const folder = `parts/${key}`;
    return [
      {
        key: `${key}.hls`,
        state: this.#isFinished ? 'complete' : 'growing',
        type,
        participant,
        source,
        format: 'hls',
        path: this.#playlistName,
        parts: [`${folder}/init.mp4`, ...this.#parts.map((part) => `${folder}/${part.name}`)],
        startMs,
        durationMs: Math.round(this.completedUs / 1000),
        sizeBytes: this.#sizeBytes,
        ...mediaOf(this.#tracks),
      },
    ];
  }

  get #playlistName(): string {
    return `${this.#options.key}.m3u8`;
  }

  #writePlaylist(): void {
    const text = hlsPlaylist({
      folder: `parts/${this.#options.key}`,
      parts: this.#parts,
      targetS: this.#options.partS,
      startWallMs: this.#options.startWallMs,
      hasEnded: this.#isFinished,
    });
    const path = join(this.#options.outDir, this.#playlistName);
    writeFileSync(`${path}.tmp`, text);
    renameSync(`${path}.tmp`, path);
  }

  /** By rename; on the platter when the last flush is a second ago. Returns the size. */
  #write(name: string, pieces: readonly Uint8Array[]): number {
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

function partName(index: number): string {
  return `${String(index).padStart(5, '0')}.m4s`;
}

/** A part an earlier run wrote, or null when it is not there or not whole. */
function readPart(folder: string, index: number): WrittenPart | null {
  const name = partName(index);
  const path = join(folder, name);
  if (!existsSync(path)) return null;
  const sizeBytes = statSync(path).size;
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(Math.min(sizeBytes, 1 << 20));
    readSync(file, head, 0, head.length, 0);
    if (head.length < 16 || boxType(head, 0) !== 'moof') return null;
    const moofBytes = head.readUInt32BE(0);
    if (moofBytes + 8 > head.length || moofBytes + head.readUInt32BE(moofBytes) !== sizeBytes) return null;
    const fragment = readFragment(head.subarray(0, moofBytes));
    return fragment?.index === index ? { name, startUs: fragment.startUs, durationUs: fragment.durationUs, sizeBytes } : null;
  } finally {
    closeSync(file);
  }
}

function mediaOf(tracks: readonly Mp4Track[]): MediaFacts {
  const video = tracks.find((track) => track.kind === 'video');
  const audio = tracks.find((track) => track.kind === 'audio');
  return {
    width: video?.width ?? null,
    height: video?.height ?? null,
    videoCodec: video === undefined ? null : codecOfEntry(video.entries[0]!),
    audioCodec: audio === undefined ? null : codecOfEntry(audio.entries[0]!),
  };
}
