import { Codec, CodecContext, Packet, Rational } from 'node-av';
import type { Frame } from 'node-av';
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_INT,
  AV_OPT_TYPE_STRING,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AVCOL_PRI_SMPTE170M,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_SMPTE170M,
  AVCOL_TRC_SMPTE170M,
  FF_ENCODER_LIBX264,
} from 'node-av/constants';
import '../decode/av-log.ts';
import { EncodeError, RenderSetupError } from '../errors.ts';
import type { VideoPlan } from '../plan.ts';

/** One encoded picture; `data` (Annex B) is a fresh copy. `index`: number of the output picture. */
export interface EncodedPicture {
  readonly data: Uint8Array;
  readonly index: number;
  readonly isKeyframe: boolean;
}

/**
 * H.264 by x264: no B-frames, an IDR picture wherever asked for. Pictures come out in order, some pictures late (look-ahead).
 *
 * `parameterSets`: SPS and PPS as Annex B, the same for the same plan, so parts of different runs fit behind one another.
 */
export class PictureEncoder {
  readonly parameterSets: Uint8Array;
  readonly #context = new CodecContext();
  readonly #packet = new Packet();
  readonly #onPicture: (picture: EncodedPicture) => void;
  #isClosed = false;

  /** @throws {RenderSetupError} RENDER_SETUP when x264 is missing or refuses the plan. */
  constructor(plan: VideoPlan, threads: number, onPicture: (picture: EncodedPicture) => void) {
    this.#onPicture = onPicture;
    const encoder = Codec.findEncoderByName(FF_ENCODER_LIBX264);
    if (encoder === null) throw new RenderSetupError('no libx264');
    const bitRate = BigInt(plan.bitrateKbps * 1000);
    this.#context.allocContext3(encoder);
    Object.assign(this.#context, {
      width: plan.width,
      height: plan.height,
      pixelFormat: AV_PIX_FMT_YUV420P,
      timeBase: new Rational(1, plan.fps),
      framerate: new Rational(plan.fps, 1),
      bitRate,
      rcMaxRate: (bitRate * 3n) / 2n,
      rcBufferSize: plan.bitrateKbps * 2000,
      gopSize: Math.round(plan.gopS * plan.fps),
      maxBFrames: 0,
      threadCount: threads,
      colorRange: AVCOL_RANGE_MPEG,
      colorSpace: AVCOL_SPC_SMPTE170M,
      colorPrimaries: AVCOL_PRI_SMPTE170M,
      colorTrc: AVCOL_TRC_SMPTE170M,
    });
    this.#context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    // Not by a Dictionary: avcodec_open2 frees what node-av frees again.
    const options = [
      this.#context.setOption('preset', plan.preset, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN),
      this.#context.setOption('forced-idr', 1, AV_OPT_TYPE_INT, AV_OPT_SEARCH_CHILDREN),
    ];
    const status = Math.min(...options, 0) || this.#context.open2Sync(encoder, null);
    if (status < 0) throw new RenderSetupError(`x264 refused the plan (${status})`);
    this.parameterSets = Uint8Array.from(this.#context.extraData ?? []);
    this.#packet.alloc();
  }

  /**
   * Encodes `picture` as output picture `index`. The caller may draw on it again when this returns.
   *
   * @throws {EncodeError} RENDER_ENCODE_FAILED
   */
  encode(picture: Frame, index: number, isKeyframe: boolean): void {
    picture.pts = BigInt(index);
    picture.pictType = isKeyframe ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    const status = this.#context.sendFrameSync(picture);
    if (status < 0) throw new EncodeError('H.264', status);
    this.#drain();
  }

  /** Gives out what is still inside. Nothing may be encoded afterwards. */
  flush(): void {
    this.#context.sendFrameSync(null);
    this.#drain();
  }

  /** Frees everything native. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#packet.free();
    this.#context.freeContext();
  }

  #drain(): void {
    while (this.#context.receivePacketSync(this.#packet) >= 0) {
      const index = Number(this.#packet.pts);
      const data = Uint8Array.from(this.#packet.data ?? []);
      const isKeyframe = this.#packet.isKeyframe;
      this.#packet.unref();
      this.#onPicture({ data, index, isKeyframe });
    }
  }
}
