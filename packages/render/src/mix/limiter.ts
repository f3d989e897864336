/** How far the limiter looks ahead, in samples: 5 ms at 48 kHz. Its output is that much later than its input. */
export const limiterDelaySamples = 240;
/** Nothing leaves the limiter above this: −1 dBFS. */
export const limiterCeiling = 0.891;
/** Share of the way back to full gain that is covered per sample: about 80 ms. */
const release = 1 / 3_840;

/**
 * Keeps a mix under {@link limiterCeiling} without distortion: the gain is down before the peak comes (minimum over the look-ahead, then averaged over
 * it) and returns slowly. All channels share one gain. While nothing is loud, samples pass unchanged.
 */
export class Limiter {
  readonly #delay: readonly Float32Array[];
  readonly #required = new Float32Array(limiterDelaySamples).fill(1);
  readonly #held = new Float32Array(limiterDelaySamples).fill(1);
  #at = 0;
  #minimum = 1;
  #gain = 1;
  #sum = limiterDelaySamples;
  /** Samples since the gain was last below 1. */
  #idle = 2 * limiterDelaySamples;

  constructor(channels: 1 | 2) {
    this.#delay = Array.from({ length: channels }, () => new Float32Array(limiterDelaySamples));
  }

  /** Replaces the first `count` samples of each channel by the output {@link limiterDelaySamples} earlier. */
  process(channels: readonly Float32Array[], count: number): void {
    for (let index = 0; index < count; index++) {
      let peak = 0;
      for (const samples of channels) peak = Math.max(peak, Math.abs(samples[index] as number));
      const gain = this.#nextGain(peak > limiterCeiling ? Math.fround(limiterCeiling / peak) : 1);
      const at = this.#at;
      for (let channel = 0; channel < channels.length; channel++) {
        const samples = channels[channel] as Float32Array;
        const delay = this.#delay[channel] as Float32Array;
        const delayed = delay[at] as number;
        delay[at] = samples[index] as number;
        samples[index] = delayed * gain;
      }
      this.#at = at + 1 === limiterDelaySamples ? 0 : at + 1;
    }
  }

  #nextGain(required: number): number {
    if (required === 1 && this.#idle >= 2 * limiterDelaySamples) return 1;
    const at = this.#at;
    const leaving = this.#required[at] as number;
    this.#required[at] = required;
    if (required <= this.#minimum) this.#minimum = required;
    else if (leaving <= this.#minimum) this.#minimum = this.#lowest();
    this.#gain = Math.min(this.#minimum, this.#gain + (1 - this.#gain) * release);
    if (this.#gain > 0.9999) this.#gain = Math.min(this.#minimum, 1);
    this.#sum += this.#gain - (this.#held[at] as number);
    this.#held[at] = this.#gain;
    this.#idle = this.#gain < 1 ? 0 : this.#idle + 1;
    if (this.#idle >= 2 * limiterDelaySamples) this.#sum = limiterDelaySamples;
    return Math.min(1, this.#sum / limiterDelaySamples);
  }

  #lowest(): number {
    let lowest = 1;
    for (const value of this.#required) if (value < lowest) lowest = value;
    return lowest;
  }
}
