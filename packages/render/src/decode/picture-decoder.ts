import type { VideoCodec } from '@tapedeck/rtp';
import { Codec, CodecContext, Frame, Packet } from 'node-av';
import {
  AV_CODEC_FLAG_LOW_DELAY,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_INT,
  AV_OPT_TYPE_INT64,
  FF_DECODER_H264,
  FF_DECODER_HEVC,
  FF_DECODER_LIBDAV1D,
  FF_DECODER_VP8,
  FF_DECODER_VP9,
} from 'node-av/constants';
import type { FFVideoDecoder } from 'node-av/constants';
import { RenderSetupError } from '../errors.ts';
import './av-log.ts';

const decoderNames: Readonly<Record<VideoCodec, FFVideoDecoder>> = {
  vp8: FF_DECODER_VP8,
  vp9: FF_DECODER_VP9,
  av1: FF_DECODER_LIBDAV1D,
  h264: FF_DECODER_H264,
  h265: FF_DECODER_HEVC,
};

/** Larger pictures (8K and a little) are refused: no camera sends them, and a few of them would fill the memory. */
const maxPixels = 36_000_000;

/**
 * Decodes one track's pictures one after the other, without delay, on the calling thread.
 *
 * Ownership: `picture` belongs to the decoder and stays valid (also over failed decodes) until the next successful `decode` or `close`.
 */
export class PictureDecoder {
  readonly codec: VideoCodec;
  readonly #context = new CodecContext();
  readonly #packet = new Packet();
  #picture = new Frame();
  #spare = new Frame();
  #hasPicture = false;
  #isClosed = false;

  /** @throws {RenderSetupError} RENDER_SETUP when this build of FFmpeg cannot decode `codec`. */
  constructor(codec: VideoCodec) {
    this.codec = codec;
    const decoder = Codec.findDecoderByName(decoderNames[codec]);
    if (decoder === null) throw new RenderSetupError(`no decoder for ${codec}`);
    this.#context.allocContext3(decoder);
    this.#context.threadCount = 1;
    this.#context.setFlags(AV_CODEC_FLAG_LOW_DELAY);
    this.#context.setOption('max_pixels', BigInt(maxPixels), AV_OPT_TYPE_INT64, AV_OPT_SEARCH_CHILDREN);
    // Of several spatial layers dav1d would hold each picture back until it knows that no higher one comes: every layer is taken, the last one is the highest.
    const option = codec === 'av1' ? this.#context.setOption('alllayers', 1, AV_OPT_TYPE_INT, AV_OPT_SEARCH_CHILDREN) : 0;
    const status = option < 0 ? option : this.#context.open2Sync(decoder, null);
    if (status < 0) throw new RenderSetupError(`the decoder for ${codec} did not open (${status})`);
    this.#packet.alloc();
    this.#picture.alloc();
    this.#spare.alloc();
  }

  /** The newest decoded picture, or null before the first. */
  get picture(): Frame | null {
    return this.#hasPicture ? this.#picture : null;
  }

  /** True when `picture` is now the one of `data`; false when the decoder refused it or shows nothing for it. */
  decode(data: Uint8Array): boolean {
    this.#packet.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const status = this.#context.sendPacketSync(this.#packet);
    this.#packet.unref();
    if (status < 0) return false;
    let isNew = false;
    while (this.#context.receiveFrameSync(this.#spare) >= 0) {
      const previous = this.#picture;
      this.#picture = this.#spare;
      this.#spare = previous;
      this.#spare.unref();
      this.#hasPicture = true;
      isNew = true;
    }
    return isNew;
  }

  /** Frees everything native. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#hasPicture = false;
    this.#packet.free();
    this.#picture.free();
    this.#spare.free();
    this.#context.freeContext();
  }
}
