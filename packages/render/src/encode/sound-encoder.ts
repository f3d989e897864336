import { Codec, CodecContext, Frame, Packet, Rational } from 'node-av';
import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
} from 'node-av/constants';
import '../decode/av-log.ts';
import { EncodeError, RenderSetupError } from '../errors.ts';
import type { AudioPlan, SoundCodec } from '../plan.ts';
import { frameFiller } from './frame-filler.ts';
import type { FillFrame } from './frame-filler.ts';
import { soundCodecSetup } from './sound-codecs.ts';
import type { SoundCodecSetup } from './sound-codecs.ts';

/** One encoded frame of sound. `pts` and `duration` in samples of the output's rate; `data` is a fresh copy (AAC without ADTS header). */
export interface EncodedSound {
  readonly data: Uint8Array;
  readonly pts: number;
  readonly duration: number;
}

/**
 * AAC-LC by FFmpeg's own encoder, Opus, MP3 or 16-bit PCM, on a fixed grid: each frame is made of samples that begin at a multiple of
 * `setup.frameSamples`; the first frames come `setup.leadSamples` before the first sample. An encoder that starts a few frames early gives frames that
 * join those of an earlier run.
 */
export class SoundEncoder {
  readonly codec: SoundCodec;
  readonly setup: SoundCodecSetup;
  /** The codec's own header (AAC: AudioSpecificConfig), empty when it has none. */
  readonly config: Uint8Array;
  readonly #context = new CodecContext();
  readonly #packet = new Packet();
  readonly #frame = new Frame();
  readonly #fill: FillFrame;
  readonly #onSound: (sound: EncodedSound) => void;
  #position = 0;
  #filled = 0;
  #isClosed = false;

  /** @throws {RenderSetupError} RENDER_SETUP when the encoder is missing or refuses the plan. */
  constructor(plan: AudioPlan, codec: SoundCodec, onSound: (sound: EncodedSound) => void) {
    this.codec = codec;
    this.setup = soundCodecSetup(codec, plan);
    this.#onSound = onSound;
    const encoder = Codec.findEncoderByName(this.setup.encoder);
    if (encoder === null) throw new RenderSetupError(`no ${codec} encoder`);
    const channelLayout = plan.channels === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO;
    const { sampleRateHz: sampleRate } = plan;
    const { sampleFormat, frameSamples, options } = this.setup;
    this.#context.allocContext3(encoder);
    Object.assign(this.#context, {
      sampleRate,
      channelLayout,
      sampleFormat,
      bitRate: BigInt(plan.bitrateKbps * 1000),
      timeBase: new Rational(1, sampleRate),
    });
    this.#context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    const results = Object.entries(options).map(([name, value]) =>
      this.#context.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN),
    );
    const status = Math.min(...results, 0) || this.#context.open2Sync(encoder, null);
    if (status < 0) throw new RenderSetupError(`the ${codec} encoder refused the plan (${status})`);
    this.config = Uint8Array.from(this.#context.extraData ?? []);
    this.#packet.alloc();
    this.#frame.alloc();
    Object.assign(this.#frame, { format: sampleFormat, nbSamples: frameSamples, sampleRate, channelLayout });
    if (this.#frame.getBuffer(0) < 0) throw new RenderSetupError('no memory for an audio frame');
    this.#fill = frameFiller(this.#frame, plan.channels, frameSamples);
  }

  /**
   * Says which sample will come first (default 0). Before any `push`.
   *
   * @throws {RangeError} if `start` is no multiple of `setup.frameSamples`.
   */
  begin(start: number): void {
    const { frameSamples } = this.setup;
    if (start % frameSamples !== 0) throw new RangeError(`Sound begins at a multiple of ${frameSamples} samples, not at ${start}.`);
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
    const { frameSamples } = this.setup;
    for (let taken = 0; taken < count;) {
      const size = Math.min(count - taken, frameSamples - this.#filled);
      this.#fill(channels, from + taken, this.#filled, size);
      this.#filled += size;
      taken += size;
      if (this.#filled === frameSamples) this.#send(frameSamples);
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
    if (status < 0) throw new EncodeError(this.codec, status);
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
