import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { OutputError } from '../errors.ts';
import { isSoundFormat } from '../encode/encodings.ts';
import { chapterBytes, moovBytesFor } from '../mux/mp4/movie.ts';
import type { ContainerFormat, RenderedFile } from '../plan.ts';
import { recordFile } from './files-journal.ts';
import { HlsSink } from './hls-sink.ts';
import { openContainer } from './open-container.ts';
import type { FileFormat } from './open-container.ts';
import type { Sink } from './sink.ts';
import { SlicedSink } from './sliced-sink.ts';
import type { WantsBefore } from './sliced-sink.ts';
import type { Output, OutputOptions, Part, TrackConfig } from './types.ts';

/** A growing file's line in files.jsonl is renewed when it has grown by this much. */
const journalStepUs = 10_000_000;

/**
 * Opens an output, or takes up what an earlier run left of it: `completedParts` says where to go on. Nothing is written before the first part.
 *
 * @throws {OutputError} RENDER_OUTPUT_FAILED when the disk refuses.
 */
export function openOutput(options: OutputOptions): Output {
  return new PartOutput(options);
}

class PartOutput implements Output {
  readonly #options: OutputOptions;
  readonly #sinks: readonly { readonly sink: Sink; readonly isSoundAlone: boolean }[];
  #configs: readonly TrackConfig[];
  #journaledUs = -Infinity;
  #isClosed = false;

  constructor(options: OutputOptions) {
    this.#options = options;
    this.#configs = options.tracks;
    this.#sinks = this.#guard(() => {
      mkdirSync(options.outDir, { recursive: true });
      return [...new Set(options.formats)].map((format) => ({ sink: openSink(options, format), isSoundAlone: isSoundFormat(format) }));
    });
  }

  get completedParts(): number {
    return Math.min(...this.#sinks.map(({ sink }) => sink.completedParts));
  }
  get completedUs(): number {
    return Math.min(...this.#sinks.map(({ sink }) => sink.completedUs));
  }
  get isFinished(): boolean {
    return this.#sinks.every(({ sink }) => sink.isFinished);
  }

  append(part: Part): void {
    const expected = this.completedParts + 1;
    if (part.index !== expected || this.isFinished) throw new RangeError(`Part ${part.index} given, part ${expected} expected.`);
    this.#guard(() => {
      const sound = { part: { ...part, video: [] }, configs: this.#configs.filter(({ kind }) => kind === 'audio') };
      for (const { sink, isSoundAlone } of this.#sinks) {
        if (sink.isFinished) continue;
        if (isSoundAlone) sink.append(sound.part, sound.configs);
        else sink.append(part, this.#configs);
      }
      if (this.completedUs - this.#journaledUs >= journalStepUs) this.#journal();
    });
  }

  addTrack(track: TrackConfig): void {
    if (this.#configs.some((config) => config.kind === track.kind))
      throw new RangeError(`This output has its ${track.kind} track already.`);
    this.#configs = [...this.#configs, track];
  }

  finish(): readonly RenderedFile[] {
    if (this.#isClosed) return this.#files();
    this.#guard(() => {
      for (const { sink } of this.#sinks) sink.finish();
      this.#journal();
    });
    return this.#files();
  }

  close(): void {
    this.#isClosed = true;
    for (const { sink } of this.#sinks) sink.close();
  }

  #files(): readonly RenderedFile[] {
    return this.#sinks.flatMap(({ sink }) => sink.files());
  }

  #journal(): void {
    this.#journaledUs = this.completedUs;
    for (const file of this.#files()) recordFile(this.#options.outDir, file);
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof Error && 'syscall' in error)
        throw new OutputError(join(this.#options.outDir, this.#options.key), { cause: error });
      throw error;
    }
  }
}

function openSink(options: OutputOptions, format: ContainerFormat): Sink {
  if (format === 'hls') return new HlsSink(options);
  const { log, chapters } = options;
  const reserveBytes = mp4Reserve(options, format) + (chapters === undefined ? 0 : chapterBytes);
  const mp4 = { reserveBytes, ...(log === undefined ? {} : { log }), ...(chapters === undefined ? {} : { chapters }) };
  return new SlicedSink(options, format, wantsBefore[format], (path, baseUs) => openContainer(format, path, baseUs, mp4));
}

const wantsBefore: Readonly<Record<FileFormat, WantsBefore>> = {
  mp4: 'slice',
  m4a: 'slice',
  webm: 'slice',
  flv: 'never',
  aac: 'never',
  mp3: 'slice',
  wav: 'part',
  ogg: 'slice',
};

/** Room for the index of one slice. Tracks that may still come are counted as usual ones. */
function mp4Reserve({ tracks, sliceS, partS }: OutputOptions, format: FileFormat): number {
  const video = tracks.find((track) => track.kind === 'video');
  const audio = tracks.find((track) => track.kind === 'audio');
  const fps = video?.expectedFps ?? 30;
  const framesPerS = audio?.codec === 'aac' ? audio.sampleRateHz / 1024 : 50;
  const seconds = Math.min(sliceS, 14_400) + partS;
  const chunks = Math.ceil(seconds / partS) * 2;
  return moovBytesFor([
    { samples: format === 'm4a' ? 0 : Math.ceil(seconds * fps), chunks },
    { samples: Math.ceil((seconds * framesPerS) / 2), chunks },
  ]);
}
