import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OutputError } from '../errors.ts';
import type { RenderedFile } from '../plan.ts';
import { encodeTracks, readPartFile, writePartFile } from './part-file.ts';
import type { Output, OutputOptions, Part } from './types.ts';

/** A run of parts of one output: those that begin in `[fromUs, untilUs)`, counted from the output's first instant. */
export interface PartRange {
  readonly fromUs: number;
  /** null: to the end. */
  readonly untilUs: number | null;
  /** Nominal duration of a part, µs (may be a fraction). */
  readonly partUs: number;
}

/** Name of a part that is to be joined. */
export function partFileName(index: number): string {
  return `${String(index).padStart(6, '0')}.part`;
}

/**
 * Keeps the parts of one range, each in a file of its own, until all ranges are joined. Parts outside the range are passed over, so whoever renders may
 * begin early and end late. A later call goes on at the first part that is missing.
 */
export class RangeOutput implements Output {
  readonly #folder: string;
  readonly #chapters: OutputOptions['chapters'];
  readonly #last: number;
  #completed: number;
  #endUs = 0;
  #hasEnded = false;

  /** @param name Tells one encoding of the output from another. @throws {OutputError} RENDER_OUTPUT_FAILED when the folder cannot be written. */
  constructor(options: OutputOptions, range: PartRange, name: string) {
    this.#folder = join(options.outDir, 'ranges', name);
    this.#chapters = options.chapters;
    const first = firstPartFrom(range.fromUs, range.partUs);
    this.#last = range.untilUs === null ? Number.POSITIVE_INFINITY : firstPartFrom(range.untilUs, range.partUs) - 1;
    this.#completed = first - 1;
    this.#guard(() => {
      mkdirSync(this.#folder, { recursive: true });
      while (this.#completed < this.#last && existsSync(this.#path(this.#completed + 1))) this.#completed++;
      const { log: _, chapters: __, ...facts } = options;
      const path = join(this.#folder, 'output.json');
      writeFileSync(`${path}.tmp`, JSON.stringify({ ...facts, outDir: null, tracks: encodeTracks(options.tracks) }));
      renameSync(`${path}.tmp`, path);
    });
    this.#endUs = this.#completed < first ? 0 : endOf(readPartFile(this.#path(this.#completed)));
  }

  get completedParts(): number {
    return this.#completed;
  }
  get completedUs(): number {
    return this.#endUs;
  }
  /** Every part of the range is there: nothing more is to be drawn. */
  get isFinished(): boolean {
    return this.#hasEnded || this.#completed >= this.#last;
  }

  append(part: Part): void {
    if (part.index > this.#last) return;
    if (part.index !== this.#completed + 1) throw new RangeError(`Part ${part.index} given, part ${this.#completed + 1} expected.`);
    this.#guard(() => writePartFile(this.#path(part.index), part));
    this.#completed = part.index;
    this.#endUs = part.startUs + part.durationUs;
  }

  addTrack(): void {
    throw new RangeError('The tracks of an output that is made in ranges are fixed.');
  }

  finish(): readonly RenderedFile[] {
    this.#hasEnded = true;
    // Each range knows the session up to its own end: whoever joins takes the longest list.
    const chapters = this.#chapters?.(0, Number.POSITIVE_INFINITY) ?? [];
    this.#guard(() => writeFileSync(join(this.#folder, 'chapters.json'), JSON.stringify(chapters)));
    return [];
  }

  close(): void {
    // Every file is closed after each write.
  }

  #path(index: number): string {
    return join(this.#folder, partFileName(index));
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof Error && 'syscall' in error) throw new OutputError(this.#folder, { cause: error });
      throw error;
    }
  }
}

/** Number of the first part (1, 2 …) that begins at or after `us`. */
function firstPartFrom(us: number, partUs: number): number {
  return Math.ceil(us / partUs - 1e-6) + 1;
}

const endOf = (part: Part | null): number => (part === null ? 0 : part.startUs + part.durationUs);
