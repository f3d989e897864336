import { makeKnownNoise, TEST_SAMPLE_RATE_HZ } from '../picture/index.ts';

/** Samples that are judged at a time. */
export const noiseWindow = TEST_SAMPLE_RATE_HZ / 50;
const quarter = noiseWindow / 4;
/** A person is fully heard at 1; codec and other people move that by a few hundredths. */
const HEARD = 0.7;
/** Clocks that differ move a person by single samples from window to window; more is a jump. */
const MOST_DRIFT = 4;

/** What became of one person's noise, in samples. */
export interface NoiseReport {
  /** Heard first at this sample of the file; null: never. */
  readonly firstSample: number | null;
  /** Silent between the first and the last sample of the judged sound. */
  readonly missing: number;
  /** Left out or put in where the noise jumps. */
  readonly jumped: number;
  /** Where the last window stands against the first: what small corrections of clocks make together. */
  readonly driftSamples: number;
}

/** Follows the known noise of one person through a mix. */
export class NoiseJudge {
  readonly #noise: Float32Array;
  readonly #energy: number;
  #lag: number | null = null;
  #missing = 0;
  #jumped = 0;
  #drift = 0;
  #first: number | null = null;

  constructor(identity: number) {
    this.#noise = Float32Array.from(makeKnownNoise(identity), (sample) => sample / 32_768);
    this.#energy = this.#noise.reduce((sum, sample) => sum + sample * sample, 0) / this.#noise.length;
  }

  /** Takes the next {@link noiseWindow} samples, the first of which is number `first`. */
  take(first: number, samples: Float32Array): void {
    const known = this.#lag === null ? null : this.#near(first, samples, this.#lag);
    if (known !== null && known.heard >= HEARD) return this.#move(known.lag);
    const found = this.#anywhere(first, samples);
    if (found.heard < HEARD) {
      if (this.#lag !== null) this.#missing += Math.round(noiseWindow * (1 - Math.max(0, known?.heard ?? 0)));
      return;
    }
    this.#first ??= first;
    this.#move(found.lag);
  }

  /** What this person says in a window, as far as his place there is known; nothing before he is found. */
  said(first: number, samples: Float32Array): Float32Array {
    const said = new Float32Array(noiseWindow);
    if (this.#lag === null) return said;
    const { lags } = this.#near(first, samples, this.#lag);
    for (let i = 0; i < noiseWindow; i++) said[i] = this.#noise[wrapped(first + i + (lags[Math.floor(i / quarter)] ?? 0))] ?? 0;
    return said;
  }

  #move(lag: number): void {
    const step = this.#lag === null ? 0 : apart(lag, this.#lag);
    if (Math.abs(step) <= MOST_DRIFT) this.#drift += step;
    else this.#jumped += Math.abs(step);
    this.#lag = lag;
  }

  /** By quarters, each where it is heard best: within a window a corrected clock moves by single samples. */
  #near(first: number, samples: Float32Array, lag: number): Place & { readonly lags: readonly number[] } {
    const lags: number[] = [];
    let sum = 0;
    for (let at = 0; at < noiseWindow; at += quarter) {
      const part = samples.subarray(at, at + quarter);
      const from = lags.at(-1) ?? lag;
      let best: Place = { lag: from, heard: Number.NEGATIVE_INFINITY };
      for (let step = -MOST_DRIFT; step <= MOST_DRIFT; step++) {
        const heard = this.#heard(first + at, part, from + step);
        if (heard > best.heard) best = { lag: from + step, heard };
      }
      lags.push(best.lag);
      sum += best.heard;
    }
    return { lag: lags.at(-1) ?? lag, heard: sum / lags.length, lags };
  }

  #anywhere(first: number, samples: Float32Array): Place {
    let best: Place = { lag: 0, heard: Number.NEGATIVE_INFINITY };
    for (let lag = 0; lag < this.#noise.length; lag++) {
      const heard = this.#heard(first, samples, lag);
      if (heard > best.heard) best = { lag, heard };
    }
    return best;
  }

  /** How loud the noise is in a window when its sample `first` is the noise's sample `first + lag`; 1 is as loud as it was sent. */
  #heard(first: number, samples: Float32Array, lag: number): number {
    const noise = this.#noise;
    let at = wrapped(first + lag);
    let sum = 0;
    for (let i = 0; i < samples.length; i++) {
      sum += (samples[i] ?? 0) * (noise[at] ?? 0);
      at = at + 1 === noise.length ? 0 : at + 1;
    }
    return sum / (this.#energy * samples.length);
  }

  report(): NoiseReport {
    return { firstSample: this.#first, missing: this.#missing, jumped: this.#jumped, driftSamples: this.#drift };
  }
}

interface Place {
  readonly lag: number;
  readonly heard: number;
}

/** From one place in the second to another, the shorter way round. */
function apart(to: number, from: number): number {
  const half = TEST_SAMPLE_RATE_HZ / 2;
  return ((((to - from + half) % TEST_SAMPLE_RATE_HZ) + TEST_SAMPLE_RATE_HZ) % TEST_SAMPLE_RATE_HZ) - half;
}

function wrapped(sample: number): number {
  return ((sample % TEST_SAMPLE_RATE_HZ) + TEST_SAMPLE_RATE_HZ) % TEST_SAMPLE_RATE_HZ;
}

/** Lets judges of everybody who is in a mix take its next window: each hears it without what the others say. */
export function judgeWindow(judges: readonly NoiseJudge[], first: number, samples: Float32Array): void {
  let alone = judges.map(() => samples);
  // Twice: the others' places are found better when they are heard alone themselves.
  for (let pass = 0; pass < 2; pass++) {
    const said = judges.map((judge, index) => judge.said(first, alone[index] ?? samples));
    alone = judges.map((_, index) =>
      samples.map((sample, i) => said.reduce((rest, one, who) => (who === index ? rest : rest - (one[i] ?? 0)), sample)),
    );
  }
  for (const [index, judge] of judges.entries()) judge.take(first, alone[index] ?? samples);
}
