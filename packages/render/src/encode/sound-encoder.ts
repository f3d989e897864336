import { Codec, CodecContext, Frame, Packet, Rational } from 'node-av';
import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AV_SAMPLE_FMT_FLTP,
  FF_ENCODER_AAC,
} from 'node-av/constants';
import '../decode/av-log.ts';
import { EncodeError, RenderSetupError } from '../errors.ts';
import type { AudioPlan } from '../plan.ts';

/** Samples in one AAC frame; every frame of an output begins at a multiple of it. */
export const soundFrameSamples = 1_024;

/**
 * From this rate per channel on FFmpeg's `fast` coder is used: measured on test tones at 64 kb/s its error is 30 times below `twoloop`'s, and it
 * does not depend on where the encoder began (twoloop's first seconds are audibly worse). Below, FFmpeg's manual recommends `twoloop`.
 */
const fastCoderKbps = 48;

/** One AAC frame. `pts` and `duration` in samples of the output's rate; `data` is a fresh copy without ADTS header. */
export interface EncodedSound {
  readonly data: Uint8Array;
  readonly pts: number;
  readonly duration: number;
}

/**
 * AAC-LC by FFmpeg's own encoder on a fixed grid: frames begin at multiples of {@link soundFrameSamples}, the first (priming) frame one before the first
 * sample. An encoder that starts a few frames early gives frames that join those of an earlier run.
 */
export class SoundEncoder {
  /** AudioSpecificConfig. */
  readonly config: Uint8Array;
  readonly #context = new CodecContext();
  readonly #packet = new Packet();
  readonly #frame = new Frame();
  readonly #planes: Float32Array[];
  readonly #onSound: (sound: EncodedSound) => void;
  #position = 0;
  #filled = 0;
  #isClosed = false;

  /** @throws {RenderSetupError} RENDER_SETUP when the encoder refuses the plan. */
  constructor(plan: AudioPlan, onSound: (sound: EncodedSound) => void) {
    this.#onSound = onSound;
    const encoder = Codec.findEncoderByName(FF_ENCODER_AAC);
    if (encoder === null) throw new RenderSetupError('no AAC encoder');
    const channelLayout = plan.channels === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO;
    const { sampleRateHz: sampleRate } = plan;
    this.#context.allocContext3(encoder);
    Object.assign(this.#context, {
      sampleRate,
      channelLayout,
      sampleFormat: AV_SAMPLE_FMT_FLTP,
      bitRate: BigInt(plan.bitrateKbps * 1000),
      timeBase: new Rational(1, sampleRate),
    });
    this.#context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    const coder = plan.bitrateKbps / plan.channels >= fastCoderKbps ? 'fast' : 'twoloop';
    const option = this.#context.setOption('aac_coder', coder, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN);
    const status = option < 0 ? option : this.#context.open2Sync(encoder, null);
    if (status < 0) throw new RenderSetupError(`the AAC encoder refused the plan (${status})`);
    this.config = Uint8Array.from(this.#context.extraData ?? []);
    this.#packet.alloc();
    this.#frame.alloc();
    Object.assign(this.#frame, { format: AV_SAMPLE_FMT_FLTP, nbSamples: soundFrameSamples, sampleRate, channelLayout });
    if (this.#frame.getBuffer(0) < 0) throw new RenderSetupError('no memory for an audio frame');
    this.#planes = (this.#frame.data ?? [])
      .slice(0, plan.channels)
      .map((plane) => new Float32Array(plane.buffer, plane.byteOffset, soundFrameSamples));
  }

  /**
   * Says which sample will come first (default 0). Before any `push`.
   *
   * @throws {RangeError} if `start` is no multiple of {@link soundFrameSamples}.
   */
  begin(start: number): void {
    if (start % soundFrameSamples !== 0)
      throw new RangeError(`Sound begins at a multiple of ${soundFrameSamples} samples, not at ${start}.`);
    this.#position = start;
  }

  /** Index of the next sample to come. */
  get position(): number {
    return this.#position + this.#filled;
  }

  /**
   * Takes samples `from` … `from + count` of each channel; they are copied.
   *
   * @throws {EncodeError} RENDER_ENCODE_FAILED
   */
  push(channels: readonly Float32Array[], from: number, count: number): void {
    for (let taken = 0; taken < count;) {
      const size = Math.min(count - taken, soundFrameSamples - this.#filled);
      for (const [channel, plane] of this.#planes.entries()) {
        plane.set((channels[channel] as Float32Array).subarray(from + taken, from + taken + size), this.#filled);
      }
      this.#filled += size;
      taken += size;
      if (this.#filled === soundFrameSamples) this.#send(soundFrameSamples);
    }
  }

  /** Encodes what is left (a last frame may be short) and gives everything out. */
  flush(): void {
    if (this.#filled > 0) this.#send(this.#filled);
    this.#context.sendFrameSync(null);
    this.#drain();
  }

  /** Frees everything native. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#packet.free();
    this.#frame.free();
    this.#context.freeContext();
  }

  #send(samples: number): void {
    this.#frame.nbSamples = samples;
    this.#frame.pts = BigInt(this.#position);
    const status = this.#context.sendFrameSync(this.#frame);
    if (status < 0) throw new EncodeError('AAC', status);
    this.#position += samples;
    this.#filled = 0;
    this.#drain();
  }

  #drain(): void {
    while (this.#context.receivePacketSync(this.#packet) >= 0) {
      const data = Uint8Array.from(this.#packet.data ?? []);
      const sound = { data, pts: Number(this.#packet.pts), duration: Number(this.#packet.duration) };
      this.#packet.unref();
      this.#onSound(sound);
    }
  }
}
