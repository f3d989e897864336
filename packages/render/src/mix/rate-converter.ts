import { mixRateHz } from './sound-lane.ts';

/** Input samples on either side of an output sample that count. */
const reach = 48;

/**
 * 48 kHz → a lower rate by a windowed sinc. Output sample n stands at input sample n × 48000 ÷ rate, whatever came before: two converters that began at
 * different places agree wherever both have the input.
 */
export class RateConverter {
  readonly rateHz: number;
  readonly #history: readonly Float32Array[];
  readonly #phases: readonly Float32Array[];
  readonly #step: number;
  #historyLength = 0;
  #historyStart: number;
  #next: number;

  /** @param start Index of the first input sample that will be pushed. */
  constructor(rateHz: number, channels: 1 | 2, start: number) {
    this.rateHz = rateHz;
    this.#step = mixRateHz / rateHz;
    this.#historyStart = start - reach;
    this.#historyLength = reach;
    this.#history = Array.from({ length: channels }, () => new Float32Array(8_192));
    this.#next = Math.ceil(start / this.#step - 1e-9);
    const count = rateHz / greatestCommonDivisor(rateHz, mixRateHz);
    this.#phases = Array.from({ length: count }, (_, n) => sincPhase((n * this.#step) % 1, rateHz / mixRateHz));
  }

  /** Index of the next output sample. */
  get nextIndex(): number {
    return this.#next;
  }

  /** Takes `count` samples (≤ 4096) of each channel and appends what can be made to `out` from `offset` on; returns how many. */
  convert(input: readonly Float32Array[], count: number, out: readonly Float32Array[], offset: number): number {
    for (const [channel, history] of this.#history.entries())
      history.set((input[channel] as Float32Array).subarray(0, count), this.#historyLength);
    this.#historyLength += count;
    let made = 0;
    for (;;) {
      const centre = Math.floor(this.#next * this.#step + 1e-9);
      const first = centre - reach + 1 - this.#historyStart;
      if (first + 2 * reach > this.#historyLength) break;
      const phase = this.#phases[this.#next % this.#phases.length] as Float32Array;
      for (const [channel, history] of this.#history.entries()) {
        let sum = 0;
        if (first >= 0) for (let tap = 0; tap < 2 * reach; tap++) sum += (phase[tap] as number) * (history[first + tap] as number);
        (out[channel] as Float32Array)[offset + made] = sum;
      }
      made++;
      this.#next++;
    }
    this.#forget();
    return made;
  }

  #forget(): void {
    const keepFrom = Math.floor(this.#next * this.#step + 1e-9) - reach + 1 - this.#historyStart;
    if (keepFrom <= 0) return;
    for (const history of this.#history) history.copyWithin(0, keepFrom, this.#historyLength);
    this.#historyLength -= keepFrom;
    this.#historyStart += keepFrom;
  }
}

function sincPhase(fraction: number, cutoff: number): Float32Array {
  const taps = new Float32Array(2 * reach);
  const width = cutoff * 0.94;
  let sum = 0;
  for (let tap = 0; tap < taps.length; tap++) {
    const x = tap - reach + 1 - fraction;
    const window = 0.42 + 0.5 * Math.cos((Math.PI * x) / reach) + 0.08 * Math.cos((2 * Math.PI * x) / reach);
    const value = (Math.abs(x) < 1e-9 ? width : Math.sin(Math.PI * x * width) / (Math.PI * x)) * (Math.abs(x) <= reach ? window : 0);
    taps[tap] = value;
    sum += value;
  }
  return taps.map((value) => value / sum);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
