import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerFile } from '../mux/container-file.ts';
import type { ContainerFormat, RenderedFile } from '../plan.ts';
import { fileKey } from './file-key.ts';
import { mostBytesOf, primed } from './slice-start.ts';
import type { Sink } from './sink.ts';
import type { OutputOptions, Part, TrackConfig } from './types.ts';

/** Opens (or finds) the container file at `path`; `baseUs` is its first instant on the output's clock. */
export type OpenContainer = (path: string, baseUs: number | null) => ContainerFile;

/** When a file gets the frames of sound in front of a part: `slice`, to prime its decoder where it begins; `part`, always; `never`. */
export type WantsBefore = 'slice' | 'part' | 'never';

/**
 * Single-file containers (everything but HLS), cut into slices by time and by size. A slice is finished before the next one begins, so at most one file
 * grows.
 */
export class SlicedSink implements Sink {
  readonly #options: OutputOptions;
  readonly #format: ContainerFormat;
  readonly #wantsBefore: WantsBefore;
  readonly #open: OpenContainer;
  readonly #rows: RenderedFile[] = [];
  #file: ContainerFile | null = null;
  #number = 1;
  #baseUs = 0;
  #completedParts = 0;
  #completedUs = 0;
  #isFinished = false;

  constructor(options: OutputOptions, format: ContainerFormat, wantsBefore: WantsBefore, open: OpenContainer) {
    this.#options = options;
    this.#format = format;
    this.#wantsBefore = wantsBefore;
    this.#open = open;
    while (existsSync(this.#path(this.#number))) {
      if (this.#resume()) return;
      this.#number++;
    }
  }

  get completedParts(): number {
    return this.#completedParts;
  }
  get completedUs(): number {
    return this.#completedUs;
  }
  get isFinished(): boolean {
    return this.#isFinished;
  }

  /** Takes up the file of the current number; true when it is the one to go on with (or the very last). */
  #resume(): boolean {
    const file = this.#open(this.#path(this.#number), this.#number === 1 ? 0 : null);
    const { facts } = file;
    if (facts !== null && facts.lastPart > 0) {
      this.#completedParts = facts.lastPart;
      this.#completedUs = facts.endUs;
      this.#baseUs = this.#number === 1 ? 0 : facts.startUs;
    }
    this.#isFinished = file.isFinished && facts?.isLast === true;
    if (file.isFinished) {
      this.#rows.push(this.#row(file, 'complete'));
      file.close();
      return this.#isFinished;
    }
    if (facts === null) file.close();
    else this.#file = file;
    return true;
  }

  append(part: Part, configs: readonly TrackConfig[]): void {
    if (part.index <= this.#completedParts) return;
    if (this.#file !== null && this.#isFull(this.#file, part)) {
      this.#close(false);
      this.#number++;
    }
    const isFirst = this.#file === null;
    if (this.#file === null) {
      this.#baseUs = this.#number === 1 ? 0 : part.startUs;
      this.#file = this.#open(this.#path(this.#number), this.#baseUs);
    }
    if (this.#wantsBefore === 'slice' && isFirst) this.#file.append(primed(part, configs), configs);
    else this.#file.append(this.#wantsBefore === 'part' ? part : { ...part, before: [] }, configs);
    this.#completedParts = part.index;
    this.#completedUs = part.startUs + part.durationUs;
  }

  #isFull(file: ContainerFile, part: Part): boolean {
    const { sliceS, maxFileBytes = Infinity } = this.#options;
    if (part.startUs - this.#baseUs >= sliceS * 1e6) return true;
    return file.facts !== null && file.finalBytes + mostBytesOf(part) > maxFileBytes;
  }

  finish(): void {
    if (this.#isFinished) return;
    if (this.#file !== null) this.#close(true);
    this.#isFinished = true;
  }

  #close(isLast: boolean): void {
    this.#file!.finish(isLast);
    this.#rows.push(this.#row(this.#file!, 'complete'));
    this.#file!.close();
    this.#file = null;
  }

  close(): void {
    this.#file?.close();
    this.#file = null;
  }

  files(): readonly RenderedFile[] {
    return this.#file === null ? this.#rows : [...this.#rows, this.#row(this.#file, 'growing')];
  }

  #path(number: number): string {
    return join(this.#options.outDir, this.#name(number));
  }
  #name(number: number): string {
    return `${fileKey(this.#options.key, number)}.${this.#format}`;
  }

  #row(file: ContainerFile, state: RenderedFile['state']): RenderedFile {
    const { type, participant, source, pictureSource = source, startMs, key } = this.#options;
    return {
      key: fileKey(key, this.#number),
      state,
      type,
      participant,
      source: file.media.videoCodec === null ? source : pictureSource,
      format: this.#format,
      path: this.#name(this.#number),
      parts: [],
      startMs: startMs + Math.round(this.#baseUs / 1000),
      durationMs: Math.round((file.facts?.durationS ?? 0) * 1000),
      sizeBytes: file.sizeBytes,
      ...file.media,
    };
  }
}
