import type { AudioCodec, EncodedFrame } from '@tapedeck/rtp';
import { createSoundDecoder } from '../decode/sound-decoder.ts';
import type { SoundDecoder } from '../decode/sound-decoder.ts';
import { stretchInto } from './stretch.ts';

/** The mixer's own sample rate; outputs at other rates are converted once, after the mix. */
export const mixRateHz = 48_000;
const ringSamples = 65_536;
const ringMask = ringSamples - 1;
/** Ramps in, out and across: 5 ms. */
const rampSamples = 240;
/** A frame that begins at most this far from the end of the one before is taken to follow it. */
const joinSamples = 12;
/** Longest stretch of lost sound that is made up: 100 ms. */
const concealSamples = 4_800;

interface Pending {
  readonly frame: EncodedFrame;
  readonly start: number;
}

/**
 * One audio track on its way into the mix. Frames are laid at their place on the recording's clock; where one frame follows the other, the first is
 * stretched by at most 1 % to meet it, so drift is absorbed without a click. A hole is concealed for 100 ms, then silent; joins are ramped.
 * What is laid depends on the frames alone, not on where the mix began: a restarted render makes the same samples.
 */
export class SoundLane {
  readonly #channels: 1 | 2;
  readonly #rings: readonly Float32Array[];
  #pending: Pending[] = [];
  #decoder: SoundDecoder | null = null;
  #codec: AudioCodec | null = null;
  /** End of what is laid; null when nothing was yet. */
  #writtenTo: number | null = null;
  #concealed = 0;
  #mixedTo = 0;
  #broken = 0;
  #scratch = new Float32Array(2_048);

  constructor(channels: 1 | 2) {
    this.#channels = channels;
    this.#rings = Array.from({ length: channels }, () => new Float32Array(ringSamples));
  }

  /** Frames that the decoder refused. */
  get brokenFrames(): number {
    return this.#broken;
  }

  /** Takes the next frame. `start`: its place in the output, samples of {@link mixRateHz} (may be a fraction). Keeps `frame.data`. */
  push(frame: EncodedFrame, start: number): void {
    this.#pending.push({ frame, start });
  }

  /** Forgets everything before `until` without decoding it. */
  skipTo(until: number): void {
    const keep = this.#pending.findIndex((pending) => pending.start >= until);
    this.#pending = keep < 0 ? [] : this.#pending.slice(keep);
    this.#mixedTo = until;
  }

  /** Adds samples `from` … `from + count` to `mix` (one array per channel, from index 0). Ranges follow each other. */
  addTo(mix: readonly Float32Array[], from: number, count: number): void {
    this.#mixedTo = from;
    this.#fill(from + count);
    if (this.#writtenTo !== null && this.#writtenTo > from) {
      for (const [channel, ring] of this.#rings.entries()) {
        const target = mix[channel] as Float32Array;
        for (let index = 0; index < count; index++) {
          const at = (from + index) & ringMask;
          target[index] = (target[index] as number) + (ring[at] as number);
          ring[at] = 0;
        }
      }
    }
    this.#mixedTo = from + count;
  }

  /** Frees the decoder. Idempotent. */
  close(): void {
    this.#decoder?.close();
    this.#decoder = null;
    this.#pending = [];
  }

  #fill(until: number): void {
    let used = 0;
    while (used < this.#pending.length && (this.#pending[used] as Pending).start < until + joinSamples) {
      const { frame, start } = this.#pending[used] as Pending;
      this.#cover(Math.round(start) - joinSamples);
      this.#place(frame, start, this.#pending[used + 1]?.start ?? null);
      used++;
    }
    if (used > 0) this.#pending.splice(0, used);
    this.#cover(until);
  }

  /** Conceals the hole between what is laid and `until`, as far as concealment goes. */
  #cover(until: number): void {
    while (this.#writtenTo !== null && this.#writtenTo < until && this.#concealed < concealSamples) {
      const samples = this.#decoder?.conceal() ?? null;
      if (samples === null) return;
      const frames = Math.min(samples.length / this.#channels, concealSamples - this.#concealed);
      const fadesFrom = concealSamples - rampSamples - this.#concealed;
      for (let index = Math.max(0, fadesFrom); index < frames; index++) {
        const gain = Math.max(0, 1 - (index - fadesFrom) / rampSamples);
        for (let channel = 0; channel < this.#channels; channel++) {
          const at = index * this.#channels + channel;
          samples[at] = (samples[at] as number) * gain;
        }
      }
      this.#concealed += frames;
      this.#lay(samples, frames, this.#writtenTo, 0);
    }
  }

  #place(frame: EncodedFrame, start: number, nextStart: number | null): void {
    const samples = this.#decode(frame);
    if (samples === null) {
      this.#broken++;
      return;
    }
    const length = samples.length / this.#channels;
    const tolerance = Math.max(joinSamples, length * 0.01 + 2);
    const nominal = Math.round(start);
    const isJoined = this.#writtenTo !== null && this.#concealed === 0 && Math.abs(nominal - this.#writtenTo) <= tolerance;
    const begin = isJoined ? (this.#writtenTo as number) : nominal;
    const isFollowed = nextStart !== null && Math.abs(nextStart - start - length) <= tolerance;
    const end = isFollowed ? Math.round(nextStart) : nominal + length;
    const count = Math.max(1, end - begin);
    const size = count * this.#channels;
    if (this.#scratch.length < size) this.#scratch = new Float32Array(size);
    const stretched = count === length ? samples : stretchInto(this.#scratch, count, samples, length, this.#channels);
    const ramp = isJoined ? 0 : Math.min(rampSamples, count);
    this.#concealed = 0;
    this.#lay(stretched, count, begin, ramp);
  }

  #decode(frame: EncodedFrame): Float32Array | null {
    const codec = frame.codec as AudioCodec;
    if (codec !== 'opus' && codec !== 'pcmu' && codec !== 'pcma') return null;
    if (this.#decoder === null || this.#codec !== codec) {
      this.#decoder?.close();
      this.#decoder = createSoundDecoder(codec, this.#channels);
      this.#codec = codec;
    }
    return this.#decoder.decode(frame.data);
  }

  /** Writes interleaved samples at `begin`; over the first `ramp` samples what already lies there is crossed out (silence: a ramp in). */
  #lay(samples: Float32Array, count: number, begin: number, ramp: number): void {
    const from = Math.max(begin, this.#mixedTo);
    const end = begin + count;
    const laidTo = this.#writtenTo ?? from;
    for (const [channel, ring] of this.#rings.entries()) {
      for (let at = from; at < end; at++) {
        const value = samples[(at - begin) * this.#channels + channel] as number;
        const gain = at - from < ramp ? (at - from) / ramp : 1;
        const under = gain < 1 && at < laidTo ? (ring[at & ringMask] as number) * (1 - gain) : 0;
        ring[at & ringMask] = value * gain + under;
      }
      for (let at = Math.max(end, from); at < laidTo; at++) ring[at & ringMask] = 0;
    }
    this.#writtenTo = end;
  }
}
