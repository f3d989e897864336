import { beepHz, TEST_SAMPLE_RATE_HZ } from '../picture/index.ts';

/** 5 ms: a whole number of periods of every beep, so that people do not disturb each other. */
const BLOCK_SAMPLES = TEST_SAMPLE_RATE_HZ / 200;
export const BLOCK_MS = 5;

/** A beep as it was heard. */
export interface HeardBeep {
  /** Middle of its energy minus half its length: its start, ms. */
  readonly startMs: number;
  readonly lengthMs: number;
}

/** Amplitude of one person's pitch (full scale = 1) in every 5 ms of the file. One pass over the samples; two multiplications per sample. */
export class BeepDetector {
  readonly #cosine = new Float64Array(BLOCK_SAMPLES);
  readonly #sine = new Float64Array(BLOCK_SAMPLES);
  #amplitudes = new Float32Array(1 << 16);
  #blocks = 0;
  #block = 0;
  #inPhase = 0;
  #quadrature = 0;

  constructor(identity: number) {
    for (let i = 0; i < BLOCK_SAMPLES; i++) {
      const angle = (2 * Math.PI * beepHz(identity) * i) / TEST_SAMPLE_RATE_HZ;
      this.#cosine[i] = (2 * Math.cos(angle)) / BLOCK_SAMPLES;
      this.#sine[i] = (2 * Math.sin(angle)) / BLOCK_SAMPLES;
    }
  }

  /** Samples from number `first` on, in rising order; samples before 0 are ignored. */
  push(first: number, samples: Float32Array): void {
    let offset = Math.max(0, -first);
    while (offset < samples.length) {
      const at = first + offset;
      const block = Math.floor(at / BLOCK_SAMPLES);
      if (block !== this.#block) this.#finish(block);
      const phase = at - block * BLOCK_SAMPLES;
      const end = Math.min(samples.length, offset + BLOCK_SAMPLES - phase);
      let inPhase = 0;
      let quadrature = 0;
      for (let i = offset, j = phase; i < end; i++, j++) {
        const sample = samples[i]!;
        inPhase += sample * this.#cosine[j]!;
        quadrature += sample * this.#sine[j]!;
      }
      this.#inPhase += inPhase;
      this.#quadrature += quadrature;
      offset = end;
    }
  }

  /** Amplitudes of all blocks from the file's start on (view). */
  amplitudes(): Float32Array {
    this.#finish(this.#block);
    return this.#amplitudes.subarray(0, this.#blocks);
  }

  #finish(next: number): void {
    if (this.#block >= this.#amplitudes.length) {
      const larger = new Float32Array(Math.max(this.#amplitudes.length * 2, this.#block + 1));
      larger.set(this.#amplitudes);
      this.#amplitudes = larger;
    }
    this.#amplitudes[this.#block] = Math.hypot(this.#inPhase, this.#quadrature);
    this.#blocks = Math.max(this.#blocks, this.#block + 1);
    this.#block = next;
    this.#inPhase = 0;
    this.#quadrature = 0;
  }
}

/**
 * Finds the beep nearest to `expectedMs` (± `windowMs`), or null.
 * @param plateau Amplitude of a full beep; what is below 30 % of it is not one.
 */
export function findBeep(amplitudes: Float32Array, expectedMs: number, windowMs: number, plateau: number): HeardBeep | null {
  const from = Math.max(0, Math.floor((expectedMs - windowMs) / BLOCK_MS));
  const to = Math.min(amplitudes.length, Math.ceil((expectedMs + 100 + windowMs) / BLOCK_MS));
  let weight = 0;
  let moment = 0;
  for (let block = from; block < to; block++) {
    const share = amplitudes[block]! / plateau;
    if (share < 0.3) continue;
    const clipped = Math.min(1, share);
    weight += clipped;
    moment += clipped * (block + 0.5);
  }
  if (weight < 4) return null;
  const middleMs = (moment / weight) * BLOCK_MS;
  return { startMs: middleMs - 50, lengthMs: weight * BLOCK_MS };
}
