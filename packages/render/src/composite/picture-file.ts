import { readFileSync } from 'node:fs';
import type { Fit } from '@tapedeck/layout';
import { fitPicture } from '@tapedeck/layout';
import { Codec, CodecContext, Frame, Packet, SoftwareScaleContext } from 'node-av';
import {
  AV_CODEC_ID_GIF,
  AV_CODEC_ID_MJPEG,
  AV_CODEC_ID_PNG,
  AV_CODEC_ID_WEBP,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_INT64,
  AV_PIX_FMT_RGBA,
  SWS_BICUBIC,
} from 'node-av/constants';
import type { AVCodecID, AVPixelFormat } from 'node-av/constants';
import '../decode/av-log.ts';
import { PictureFileError } from '../errors.ts';
import { overlayOf } from './overlay.ts';
import type { Overlay } from './overlay.ts';

/** Most pixels of a picture file: what is larger was made to fill memory. */
const maxPixels = 34_000_000;

/**
 * A PNG, JPEG, WebP or GIF (first picture) file as FFmpeg decodes it.
 *
 * Ownership: `close` frees it.
 */
export class PictureFile {
  readonly #frame: Frame;

  /** @throws {PictureFileError} RENDER_PICTURE when the file is not there, is not such a picture or has more than 34 million pixels (8K). */
  constructor(path: string) {
    this.#frame = decode(path);
  }

  /** In pixels, as stored. */
  get size(): { readonly width: number; readonly height: number } {
    return { width: this.#frame.width, height: this.#frame.height };
  }

  /** The picture scaled to a box of `width` × `height` even pixels; where `fit` leaves bars there is nothing to be seen. */
  draw(width: number, height: number, fit: Fit, opacity = 1): Overlay {
    const frame = this.#frame;
    const { source, target } = fitPicture(fit, Math.max(2, frame.width), Math.max(2, frame.height), width, height);
    const scaledWidth = Math.ceil((frame.width * target.width) / source.width);
    const scaledHeight = Math.ceil((frame.height * target.height) / source.height);
    const [left, top] = [Math.max(0, (scaledWidth - target.width) >> 1), Math.max(0, (scaledHeight - target.height) >> 1)];
    const { pixels, stride } = scaleToRgba(frame, scaledWidth, scaledHeight);
    const rgba = new Uint8Array(width * height * 4);
    for (let row = 0; row < Math.min(target.height, scaledHeight); row++) {
      const from = (top + row) * stride + left * 4;
      rgba.set(pixels.subarray(from, from + Math.min(target.width, scaledWidth) * 4), ((target.y + row) * width + target.x) * 4);
    }
    return overlayOf(rgba, width, height, opacity);
  }

  /** Frees the picture. */
  close(): void {
    this.#frame.free();
  }
}

function scaleToRgba(frame: Frame, width: number, height: number): { readonly pixels: Buffer; readonly stride: number } {
  const scaled = new Frame();
  scaled.alloc();
  Object.assign(scaled, { width, height, format: AV_PIX_FMT_RGBA });
  const scaler = new SoftwareScaleContext();
  try {
    if (scaled.getBuffer(64) < 0) throw new PictureFileError('', `no memory for ${width}×${height} pixels`);
    scaler.getContext(frame.width, frame.height, frame.format as AVPixelFormat, width, height, AV_PIX_FMT_RGBA, SWS_BICUBIC);
    if (scaler.scaleFrameSync(scaled, frame) < 0) throw new PictureFileError('', 'it cannot be scaled');
    const pixels = scaled.data?.[0];
    if (pixels === undefined) throw new PictureFileError('', 'it cannot be scaled');
    return { pixels: Buffer.from(pixels), stride: scaled.linesize[0] as number };
  } finally {
    scaler.freeContext();
    scaled.free();
  }
}

function decode(path: string): Frame {
  let data: Buffer;
  try {
    data = readFileSync(path);
  } catch (error) {
    throw new PictureFileError(path, 'it cannot be read', { cause: error });
  }
  const codecId = codecOf(data);
  const decoder = codecId === null ? null : Codec.findDecoder(codecId);
  if (decoder === null) throw new PictureFileError(path, 'it is neither PNG, JPEG, WebP nor GIF');
  const context = new CodecContext();
  const packet = new Packet();
  const frame = new Frame();
  let isGood = false;
  try {
    context.allocContext3(decoder);
    context.threadCount = 1;
    context.setOption('max_pixels', BigInt(maxPixels), AV_OPT_TYPE_INT64, AV_OPT_SEARCH_CHILDREN);
    packet.alloc();
    packet.data = data;
    frame.alloc();
    isGood =
      context.open2Sync(decoder, null) >= 0 &&
      context.sendPacketSync(packet) >= 0 &&
      (context.sendPacketSync(null), context.receiveFrameSync(frame) >= 0) &&
      frame.width > 0;
    if (!isGood) throw new PictureFileError(path, 'it cannot be decoded');
    return frame;
  } finally {
    packet.free();
    context.freeContext();
    if (!isGood) frame.free();
  }
}

/** By the file's first bytes: names and media types are often wrong. */
function codecOf(data: Buffer): AVCodecID | null {
  const head = data.toString('latin1', 0, 12);
  if (head.startsWith('\u0089PNG\r\n')) return AV_CODEC_ID_PNG;
  if (head.startsWith('\u00ff\u00d8\u00ff')) return AV_CODEC_ID_MJPEG;
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return AV_CODEC_ID_WEBP;
  if (head.startsWith('GIF8')) return AV_CODEC_ID_GIF;
  return null;
}
