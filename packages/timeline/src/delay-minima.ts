import type { SteadyUs } from './recording-clock.ts';

/** Length of one bucket, µs. */
const BUCKET_US = 1_000_000;
const NEVER = -1e15;
/** Minima older than this many buckets are forgotten. */
export const WINDOW_BUCKETS = 120;

/**
 * The least delayed packet of every second, for the last two minutes. Constant work and no allocation per packet.
 *
 * Delay here is arrival (steady time) minus media time: its zero means nothing, its lower envelope does.
 */
export class DelayMinima {
  readonly #bucketOf = new Float64Array(WINDOW_BUCKETS).fill(NEVER);
  readonly #media = new Float64Array(WINDOW_BUCKETS);
  readonly #delay = new Float64Array(WINDOW_BUCKETS);
  #newest = NEVER;

  /** Second in which the last packet arrived. */
  get newestBucket(): number {
    return this.#newest;
  }

  /** Returns true for the first packet of a new second. */
  observe(mediaUs: number, arrival: SteadyUs): boolean {
    const bucket = Math.floor(arrival / BUCKET_US);
    const slot = ((bucket % WINDOW_BUCKETS) + WINDOW_BUCKETS) % WINDOW_BUCKETS;
    const delay = arrival - mediaUs;
    if (this.#bucketOf[slot] !== bucket) {
      this.#bucketOf[slot] = bucket;
      this.#media[slot] = mediaUs;
      this.#delay[slot] = delay;
      if (bucket <= this.#newest) return false;
      this.#newest = bucket;
      return true;
    }
    if (delay < this.#delay[slot]!) {
      this.#media[slot] = mediaUs;
      this.#delay[slot] = delay;
    }
    return false;
  }

  /** Slot of a second's minimum for {@link mediaAt} and {@link delayAt}, or -1 when nothing arrived in it. */
  slotOf(bucket: number): number {
    const slot = ((bucket % WINDOW_BUCKETS) + WINDOW_BUCKETS) % WINDOW_BUCKETS;
    return this.#bucketOf[slot] === bucket ? slot : -1;
  }
  mediaAt(slot: number): number {
    return this.#media[slot]!;
  }
  delayAt(slot: number): number {
    return this.#delay[slot]!;
  }

  /** Forgets the seconds before `bucket`. */
  forgetBefore(bucket: number): void {
    for (let slot = 0; slot < WINDOW_BUCKETS; slot++) {
      if (this.#bucketOf[slot]! < bucket) this.#bucketOf[slot] = NEVER;
    }
  }

  /** Slot of the least delay among the last `buckets` seconds, or -1. */
  leastOf(buckets: number): number {
    let best = -1;
    for (let bucket = this.#newest; bucket > this.#newest - buckets; bucket--) {
      const slot = this.slotOf(bucket);
      if (slot >= 0 && (best < 0 || this.#delay[slot]! < this.#delay[best]!)) best = slot;
    }
    return best;
  }
}
