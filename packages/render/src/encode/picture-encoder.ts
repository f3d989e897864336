import { Codec, CodecContext, Packet, Rational } from 'node-av';
import type { Frame } from 'node-av';
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AVCOL_PRI_SMPTE170M,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_SMPTE170M,
  AVCOL_TRC_SMPTE170M,
} from 'node-av/constants';
import '../decode/av-log.ts';
import { EncodeError, RenderSetupError } from '../errors.ts';
import type { PictureCodec, VideoPlan } from '../plan.ts';
import { pictureCodecSetup } from './picture-codecs.ts';

/** One encoded picture; `data` (H.264: Annex B) is a fresh copy. `index`: number of the output picture. */
export interface EncodedPicture {
  readonly data: Uint8Array;
  readonly index: number;
  readonly isKeyframe: boolean;
}

/**
 * H.264 by x264, VP8 or VP9 by libvpx: no B-frames, a keyframe wherever asked for and nowhere else needed. Pictures come out in order, those of x264 some
 * pictures late (look-ahead).
 *
 * `parameterSets`: H.264's SPS and PPS as Annex B, the same for the same plan, so parts of different runs fit behind one another; empty for VP8 and VP9.
 */
export class PictureEncoder {
  readonly codec: PictureCodec;
  readonly parameterSets: Uint8Array;
  readonly #context = new CodecContext();
  readonly #packet = new Packet();
  readonly #onPicture: (picture: EncodedPicture) => void;
  #isClosed = false;

  /** @throws {RenderSetupError} RENDER_SETUP when the encoder is missing or refuses the plan. */
  constructor(plan: VideoPlan, codec: PictureCodec, threads: number, onPicture: (picture: EncodedPicture) => void) {
    this.codec = codec;
    this.#onPicture = onPicture;
    const setup = pictureCodecSetup(codec, plan, threads);
    const encoder = Codec.findEncoderByName(setup.encoder);
    if (encoder === null) throw new RenderSetupError(`no ${codec} encoder`);
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
    const options = Object.entries(setup.options).map(([name, value]) =>
      this.#context.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN),
    );
    const status = Math.min(...options, 0) || this.#context.open2Sync(encoder, null);
    if (status < 0) throw new RenderSetupError(`the ${codec} encoder refused the plan (${status})`);
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
    if (status < 0) throw new EncodeError(this.codec, status);
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
