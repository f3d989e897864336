import type { EncodedFrame } from '@tapedeck/rtp';
import type { SoundEncoder } from '../encode/sound-encoder.ts';
import { blockSamples, limiterDelaySamples, Mixer } from '../mix/mixer.ts';
import { RateConverter } from '../mix/rate-converter.ts';
import { mixRateHz } from '../mix/sound-lane.ts';
import type { AudioPlan } from '../plan.ts';

/** A mix that starts in the middle begins this much earlier, so that decoders, limiter and encoder are in the state of an unbroken run. */
const warmUpUs = 2_000_000;

/** The audio of one output: mixed, limited and converted once, encoded once per codec, on the sample grid of the output. */
export class SoundTrack {
  readonly #encoders: readonly SoundEncoder[];
  readonly #plan: AudioPlan;
  readonly #startUs: number;
  readonly #converted: readonly Float32Array[];
  #mixer: Mixer;
  #converter: RateConverter | null = null;
  #outputAt = 0;
  #total = Number.POSITIVE_INFINITY;

  /** @param startUs RecordingUs of sample 0. @param encoders Theirs alone from now on; closed with the track. */
  constructor(plan: AudioPlan, startUs: number, encoders: readonly SoundEncoder[]) {
    this.#plan = plan;
    this.#startUs = startUs;
    this.#encoders = encoders;
    this.#converted = Array.from({ length: plan.channels }, () => new Float32Array(2 * blockSamples));
    this.#mixer = new Mixer(plan.channels, 0);
    this.startAt(0);
  }

  /** Begins so that everything from `us` (since the output's first instant) on is as in an unbroken run. Call before any sound comes. */
  startAt(us: number): void {
    const from = Math.floor((Math.max(0, us - warmUpUs) * mixRateHz) / 1e6 / blockSamples) * blockSamples;
    this.#mixer.close();
    this.#mixer = new Mixer(this.#plan.channels, from);
    this.#converter = this.#plan.sampleRateHz === mixRateHz ? null : new RateConverter(this.#plan.sampleRateHz, this.#plan.channels, from);
    this.#outputAt = this.#converter === null ? from : this.#converter.nextIndex;
    for (const encoder of this.#encoders) {
      const { frameSamples } = encoder.setup;
      encoder.begin(Math.ceil(this.#outputAt / frameSamples) * frameSamples);
    }
  }

  /** Takes a track's next frame; `us` is its RecordingUs. Keeps its data. */
  push(trackSid: string, frame: EncodedFrame, us: number): void {
    this.#mixer.push(trackSid, frame, us - this.#startUs);
  }

  /** The track says nothing after `us` (RecordingUs). */
  end(trackSid: string, us: number): void {
    this.#mixer.endAt(trackSid, us - this.#startUs);
  }

  /** Mixes and encodes everything before `us` (RecordingUs). */
  advance(us: number): void {
    const until = ((us - this.#startUs) * mixRateHz) / 1e6;
    while (this.#mixer.position + blockSamples <= until) this.#step();
  }

  /** Mixes and encodes exactly up to `durationUs` since the first instant and empties the encoder. */
  finish(durationUs: number): void {
    this.#total = Math.round((durationUs * this.#plan.sampleRateHz) / 1e6);
    while (this.#encoders.some((encoder) => encoder.position < this.#total)) this.#step();
    for (const encoder of this.#encoders) encoder.flush();
  }

  /** Frees everything native. Idempotent. */
  close(): void {
    this.#mixer.close();
    for (const encoder of this.#encoders) encoder.close();
  }

  #step(): void {
    const isFirst = this.#mixer.hasJustBegun;
    this.#mixer.next();
    const skip = isFirst ? limiterDelaySamples : 0;
    const block = skip === 0 ? this.#mixer.block : this.#mixer.block.map((samples) => samples.subarray(skip));
    const count = blockSamples - skip;
    if (this.#converter === null) this.#encode(block, count);
    else this.#encode(this.#converted, this.#converter.convert(block, count, this.#converted, 0));
  }

  /** Hands on what lies between an encoder's position and the end of the output. */
  #encode(samples: readonly Float32Array[], count: number): void {
    const until = Math.min(count, this.#total - this.#outputAt);
    for (const encoder of this.#encoders) {
      const from = Math.max(0, encoder.position - this.#outputAt);
      if (until > from) encoder.push(samples, from, until - from);
    }
    this.#outputAt += count;
  }
}
