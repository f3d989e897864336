import type { FragmentRun } from './fragment.ts';

/** A growing list of u32, without a boxed number per entry. */
class Uint32List {
  #values = new Uint32Array(256);
  length = 0;
  push(value: number): void {
    if (this.length === this.#values.length) {
      const grown = new Uint32Array(this.length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.length++] = value;
  }
  at(index: number): number {
    return this.#values[index]!;
  }
}

export interface Chunk {
  /** Byte offset in the growing file of the first sample. */
  readonly offset: number;
  readonly sampleCount: number;
  /** 1-based index of its sample entry. */
  readonly entry: number;
  readonly sizeBytes: number;
}

/**
 * Everything the full index of one track needs, filled run by run from movie fragments: from the fragment just written or from one found by
 * scanning, so that a rebuilt index equals an undisturbed one. About 8 bytes per sample.
 */
export class SampleTable {
  readonly chunks: Chunk[] = [];
  /** Decode time steps, one per sample but the last. */
  readonly #sizes = new Uint32List();
  readonly #steps = new Uint32List();
  readonly #offsets = new Uint32List();
  readonly #syncs = new Uint32List();
  #hasOffsets = false;
  #firstDts = 0;
  #lastDts = 0;
  #lastDuration = 0;
  #endPts = 0;

  get sampleCount(): number {
    return this.#sizes.length;
  }
  /** Decode time of the first sample (media time, ticks). */
  get firstDts(): number {
    return this.#firstDts;
  }
  /** Media time at which the last sample ends. */
  get endDts(): number {
    return this.#lastDts + this.#lastDuration;
  }
  /** Media time at which the picture or sound shown last ends; with B-frames that is behind {@link endDts}. */
  get endPts(): number {
    return this.#endPts;
  }
  get firstOffset(): number {
    return this.#offsets.at(0);
  }
  get hasOffsets(): boolean {
    return this.#hasOffsets;
  }
  get syncCount(): number {
    return this.#syncs.length;
  }

  /** One run (samples of one track that lie together). `offset`: its first byte in the file. */
  append(run: FragmentRun, offset: number): void {
    let dts = run.baseDts;
    let sizeBytes = 0;
    for (const sample of run.samples) {
      if (this.#sizes.length === 0) this.#firstDts = dts;
      else this.#steps.push(Math.max(1, dts - this.#lastDts));
      this.#lastDts = dts;
      this.#lastDuration = sample.duration;
      this.#sizes.push(sample.sizeBytes);
      this.#offsets.push(sample.compositionOffset);
      if (sample.compositionOffset !== 0) this.#hasOffsets = true;
      if (sample.isKeyframe) this.#syncs.push(this.#sizes.length);
      this.#endPts = Math.max(this.#endPts, dts + sample.compositionOffset + sample.duration);
      dts += sample.duration;
      sizeBytes += sample.sizeBytes;
    }
    this.chunks.push({ offset, sampleCount: run.samples.length, entry: run.entry, sizeBytes });
  }

  size(index: number): number {
    return this.#sizes.at(index);
  }
  sync(index: number): number {
    return this.#syncs.at(index);
  }
  compositionOffset(index: number): number {
    return this.#offsets.at(index);
  }
  /** Duration of sample `index`: the step to the next one, the last one's own. */
  duration(index: number): number {
    return index + 1 < this.#sizes.length ? this.#steps.at(index) : this.#lastDuration;
  }
}
