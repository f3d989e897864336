import type { EncodedFrame } from '@tapedeck/rtp';
import { Limiter, limiterDelaySamples } from './limiter.ts';
import { mixRateHz, SoundLane } from './sound-lane.ts';

/** Samples per step of the mix: 20 ms. */
export const blockSamples = 960;

/**
 * Sums any number of tracks on the recording's clock into 48 kHz blocks that never clip.
 *
 * Shape: `block` holds one Float32Array of {@link blockSamples} per channel, reused by every `next`.
 */
export class Mixer {
  readonly block: readonly Float32Array[];
  readonly #channels: 1 | 2;
  readonly #lanes = new Map<string, SoundLane>();
  readonly #limiter: Limiter;
  readonly #start: number;
  readonly #ends = new Map<string, number>();
  #position: number;

  /** @param start First sample to mix (index at 48 kHz, a multiple of {@link blockSamples}). */
  constructor(channels: 1 | 2, start: number) {
    this.#channels = channels;
    this.#start = start;
    this.#position = start;
    this.#limiter = new Limiter(channels);
    this.block = Array.from({ length: channels }, () => new Float32Array(blockSamples));
  }

  /** Sample index at which the next block's input begins; its output is {@link limiterDelaySamples} earlier. */
  get position(): number {
    return this.#position;
  }

  /** True before the first `next`: its output begins {@link limiterDelaySamples} before the start. */
  get hasJustBegun(): boolean {
    return this.#position === this.#start;
  }

  /** Takes a track's next frame; `startUs` since the output's first instant. */
  push(trackSid: string, frame: EncodedFrame, startUs: number): void {
    const start = (startUs * mixRateHz) / 1e6;
    if (start < this.#position - mixRateHz) return;
    this.#lane(trackSid).push(frame, start);
  }

  /** The track says nothing after `endUs` (since the output's first instant): its decoder is freed a second after that has been mixed. */
  endAt(trackSid: string, endUs: number): void {
    if (this.#lanes.has(trackSid)) this.#ends.set(trackSid, (endUs * mixRateHz) / 1e6 + mixRateHz);
  }

  /** Mixes the next block into `block`: the samples from `position − limiterDelaySamples` before the call on. */
  next(): void {
    for (const samples of this.block) samples.fill(0);
    for (const lane of this.#lanes.values()) lane.addTo(this.block, this.#position, blockSamples);
    this.#limiter.process(this.block, blockSamples);
    this.#position += blockSamples;
    for (const [trackSid, end] of this.#ends) if (end < this.#position) this.#close(trackSid);
  }

  /** Frees every decoder. Idempotent. */
  close(): void {
    for (const lane of this.#lanes.values()) lane.close();
    this.#lanes.clear();
  }

  #close(trackSid: string): void {
    this.#lanes.get(trackSid)?.close();
    this.#lanes.delete(trackSid);
    this.#ends.delete(trackSid);
  }

  #lane(trackSid: string): SoundLane {
    const known = this.#lanes.get(trackSid);
    this.#ends.delete(trackSid);
    if (known !== undefined) return known;
    const lane = new SoundLane(this.#channels);
    lane.skipTo(this.#position);
    this.#lanes.set(trackSid, lane);
    return lane;
  }
}

export { limiterDelaySamples };
