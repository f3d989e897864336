import type { AudioCodec } from '@tapedeck/rtp';
import { Codec, CodecContext, Frame, Packet } from 'node-av';
import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_OPT_TYPE_SAMPLE_FMT,
  AV_SAMPLE_FMT_FLT,
  FF_DECODER_LIBOPUS,
} from 'node-av/constants';
import { RenderSetupError } from '../errors.ts';
import './av-log.ts';

const sampleRateHz = 48_000;

/**
 * Opus packets → 48 kHz interleaved float samples in the channel count asked for (libopus mixes down or up itself).
 *
 * Losses are concealed by libopus: a packet that holds only its table-of-contents byte is, to the decoder, a lost frame of that length.
 * @see RFC 6716 §3.1 (TOC byte), §4.4 (packet loss concealment)
 */
export class OpusDecoder {
  readonly channels: 1 | 2;
  readonly #context = new CodecContext();
  readonly #packet = new Packet();
  readonly #frame = new Frame();
  readonly #toc = Buffer.alloc(1);
  #hasToc = false;
  #isClosed = false;

  /** @throws {RenderSetupError} RENDER_SETUP when this build of FFmpeg has no libopus. */
  constructor(channels: 1 | 2) {
    this.channels = channels;
    const decoder = Codec.findDecoderByName(FF_DECODER_LIBOPUS);
    if (decoder === null) throw new RenderSetupError('no libopus decoder');
    this.#context.allocContext3(decoder);
    this.#context.sampleRate = sampleRateHz;
    this.#context.channelLayout = channels === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO;
    // Not by a Dictionary: avcodec_open2 frees what node-av frees again.
    const option = this.#context.setOption('request_sample_fmt', AV_SAMPLE_FMT_FLT, AV_OPT_TYPE_SAMPLE_FMT);
    const status = option < 0 ? option : this.#context.open2Sync(decoder, null);
    if (status < 0) throw new RenderSetupError(`the decoder for opus did not open (${status})`);
    this.#packet.alloc();
    this.#frame.alloc();
  }

  /** Interleaved samples, a view valid until the next call; null when the packet is broken. */
  decode(data: Uint8Array): Float32Array | null {
    const toc = data[0];
    if (toc === undefined) return null;
    this.#toc[0] = toc & 0xfc;
    this.#hasToc = true;
    return this.#send(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  }

  /** One frame (of the last packet's frame length) in place of a lost one; null before the first packet. Fades by itself within about 100 ms. */
  conceal(): Float32Array | null {
    return this.#hasToc ? this.#send(this.#toc) : null;
  }

  /** Frees everything native. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#packet.free();
    this.#frame.free();
    this.#context.freeContext();
  }

  #send(data: Buffer): Float32Array | null {
    this.#packet.data = data;
    const status = this.#context.sendPacketSync(this.#packet);
    this.#packet.unref();
    if (status < 0 || this.#context.receiveFrameSync(this.#frame) < 0) return null;
    const plane = this.#frame.data?.[0];
    return plane === undefined ? null : new Float32Array(plane.buffer, plane.byteOffset, this.#frame.nbSamples * this.channels);
  }
}

/** 8 kHz G.711 → 48 kHz interleaved float samples by linear interpolation between neighbours (telephone band: nothing above 4 kHz to lose). */
export class G711Decoder {
  readonly channels: 1 | 2;
  readonly #table: Float32Array;
  #samples = new Float32Array(0);
  #last = 0;

  constructor(codec: 'pcmu' | 'pcma', channels: 1 | 2) {
    this.channels = channels;
    this.#table = Float32Array.from({ length: 256 }, (_, byte) => (codec === 'pcmu' ? fromMuLaw(byte) : fromALaw(byte)) / 32_768);
  }

  /** Six output samples per input byte. A view valid until the next call. */
  decode(data: Uint8Array): Float32Array {
    const samples = this.#room(data.length * 6);
    let at = 0;
    for (const byte of data) {
      const next = this.#table[byte] as number;
      for (let step = 1; step <= 6; step++) {
        const value = this.#last + ((next - this.#last) * step) / 6;
        for (let channel = 0; channel < this.channels; channel++) samples[at++] = value;
      }
      this.#last = next;
    }
    return samples;
  }

  /** 20 ms that lead from the last sample to silence within 5 ms. */
  conceal(): Float32Array {
    const samples = this.#room(960);
    let at = 0;
    for (let index = 0; index < 960; index++) {
      const value = this.#last * Math.max(0, 1 - index / 240);
      for (let channel = 0; channel < this.channels; channel++) samples[at++] = value;
    }
    this.#last = 0;
    return samples;
  }

  close(): void {}

  #room(frames: number): Float32Array {
    const length = frames * this.channels;
    if (this.#samples.length < length) this.#samples = new Float32Array(length);
    return this.#samples.subarray(0, length);
  }
}

/** Decodes one audio track's frames to 48 kHz interleaved float samples. */
export type SoundDecoder = OpusDecoder | G711Decoder;

/** A decoder for `codec` that gives `channels` channels whatever the source has. */
export function createSoundDecoder(codec: AudioCodec, channels: 1 | 2): SoundDecoder {
  return codec === 'opus' ? new OpusDecoder(channels) : new G711Decoder(codec, channels);
}

/** @see ITU-T G.711 table 2a */
function fromMuLaw(byte: number): number {
  const code = ~byte & 0xff;
  const magnitude = (((code & 0x0f) << 3) + 0x84) << ((code & 0x70) >> 4);
  return (code & 0x80) === 0 ? magnitude - 0x84 : 0x84 - magnitude;
}

/** @see ITU-T G.711 table 1a */
function fromALaw(byte: number): number {
  const code = byte ^ 0x55;
  const exponent = (code & 0x70) >> 4;
  const mantissa = (code & 0x0f) << 4;
  const magnitude = exponent === 0 ? mantissa + 8 : (mantissa + 0x108) << (exponent - 1);
  return (code & 0x80) !== 0 ? magnitude : -magnitude;
}
