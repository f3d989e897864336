import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { OutputError } from '../errors.ts';
import { Mp4File } from '../mux/mp4/mp4-file.ts';
import { moovBytesFor } from '../mux/mp4/movie.ts';
import { WebmFile } from '../mux/webm/webm-file.ts';
import type { RenderedFile } from '../plan.ts';
import { recordFile } from './files-journal.ts';
import { HlsSink } from './hls-sink.ts';
import type { Sink } from './sink.ts';
import { SlicedSink } from './sliced-sink.ts';
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
  readonly #sinks: readonly Sink[];
  #configs: readonly TrackConfig[];
  #journaledUs = -Infinity;
  #isClosed = false;

  constructor(options: OutputOptions) {
    this.#options = options;
    this.#configs = options.tracks;
    this.#sinks = this.#guard(() => {
      mkdirSync(options.outDir, { recursive: true });
      return [...new Set(options.formats)].map((format) => openSink(options, format));
    });
  }

  get completedParts(): number {
    return Math.min(...this.#sinks.map((sink) => sink.completedParts));
  }
  get completedUs(): number {
    return Math.min(...this.#sinks.map((sink) => sink.completedUs));
  }
  get isFinished(): boolean {
    return this.#sinks.every((sink) => sink.isFinished);
  }

  append(part: Part): void {
    const expected = this.completedParts + 1;
    if (part.index !== expected || this.isFinished) throw new RangeError(`Part ${part.index} given, part ${expected} expected.`);
    this.#guard(() => {
      for (const sink of this.#sinks) if (!sink.isFinished) sink.append(part, this.#configs);
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
      for (const sink of this.#sinks) sink.finish();
      this.#journal();
    });
    return this.#files();
  }

  close(): void {
    this.#isClosed = true;
    for (const sink of this.#sinks) sink.close();
  }

  #files(): readonly RenderedFile[] {
    return this.#sinks.flatMap((sink) => sink.files());
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

function openSink(options: OutputOptions, format: OutputOptions['formats'][number]): Sink {
  switch (format) {
    case 'hls':
      return new HlsSink(options);
    case 'mp4': {
      const log = options.log === undefined ? {} : { log: options.log };
      const reserveBytes = mp4Reserve(options);
      return new SlicedSink(options, 'mp4', (path, baseUs) => new Mp4File({ path, baseUs, reserveBytes, ...log }));
    }
    case 'webm':
      return new SlicedSink(options, 'webm', (path, baseUs) => new WebmFile({ path, baseUs }));
  }
}

/** Room for the index of one slice. Tracks that may still come are counted as usual ones. */
function mp4Reserve({ tracks, sliceS, partS }: OutputOptions): number {
  const video = tracks.find((track) => track.kind === 'video');
  const audio = tracks.find((track) => track.kind === 'audio');
  const fps = video?.expectedFps ?? 30;
  const framesPerS = audio?.codec === 'aac' ? audio.sampleRateHz / 1024 : 50;
  const seconds = Math.min(sliceS, 14_400) + partS;
  const chunks = Math.ceil(seconds / partS) * 2;
  return moovBytesFor([
    { samples: Math.ceil(seconds * fps), chunks },
    { samples: Math.ceil((seconds * framesPerS) / 2), chunks },
  ]);
}
