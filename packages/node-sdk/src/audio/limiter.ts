/** Samples that share one target of the gain: 5 ms at 48 kHz. */
const blockSamples = 240;
const fullScale = 32_767;
/** Most that the gain comes back per block: from −6 dB to 0 in half a second. */
const releasePerBlock = 0.005;

/**
 * Brings sums of many people into 16 bits without clipping: one block ahead of a peak the gain goes down in a straight line, and it returns slowly. While nothing is
 * too loud, samples pass unchanged.
 */
export class Limiter {
  #waiting = new Int32Array(blockSamples);
  #filled = 0;
  /** The block before `#waiting`, complete, and the gain that it needs at most; null: none yet. */
  #ready: { readonly samples: Int32Array; readonly gain: number } | null = null;
  #gain = 1;

  /** Sums in (copied), samples out: up to 480 fewer or more than came in, all of them after {@link flush}. */
  push(sums: Int32Array): Int16Array {
    const out = new Int16Array(this.#filled + sums.length + blockSamples);
    let made = 0;
    for (let at = 0; at < sums.length;) {
      const count = Math.min(blockSamples - this.#filled, sums.length - at);
      this.#waiting.set(sums.subarray(at, at + count), this.#filled);
      this.#filled += count;
      at += count;
      if (this.#filled < blockSamples) break;
      made += this.#take(this.#waiting, out, made);
      this.#waiting = new Int32Array(blockSamples);
      this.#filled = 0;
    }
    return out.subarray(0, made);
  }

  /** What is left. Nothing may be pushed afterwards. */
  flush(): Int16Array {
    const out = new Int16Array(2 * blockSamples);
    const rest = this.#waiting.subarray(0, this.#filled);
    let made = this.#take(rest, out, 0);
    made += this.#take(new Int32Array(0), out, made);
    return out.subarray(0, made);
  }

  /** Writes the block before this one, now that the gain at its end is known. */
  #take(samples: Int32Array, out: Int16Array, at: number): number {
    const before = this.#ready;
    const gain = neededGain(samples);
    this.#ready = { samples, gain };
    if (before === null) {
      this.#gain = gain;
      return 0;
    }
    const from = this.#gain;
    const to = Math.min(before.gain, gain, from + releasePerBlock);
    const { length } = before.samples;
    if (from === 1 && to === 1) out.set(before.samples, at);
    else
      for (let index = 0; index < length; index++)
        out[at + index] = Math.trunc(before.samples[index]! * (from + ((to - from) * (index + 1)) / length));
    this.#gain = to;
    return length;
  }
}

function neededGain(samples: Int32Array): number {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return peak > fullScale ? fullScale / peak : 1;
}
