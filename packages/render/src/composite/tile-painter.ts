import { fitPicture } from '@tapedeck/layout';
import type { Fit, Placement } from '@tapedeck/layout';
import { SoftwareScaleContext } from 'node-av';
import type { Frame } from 'node-av';
import { AV_PIX_FMT_YUV420P, SWS_BICUBIC, SWS_FAST_BILINEAR } from 'node-av/constants';
import type { AVPixelFormat } from 'node-av/constants';
import { black } from './canvas.ts';
import type { PictureCanvas, Rectangle } from './canvas.ts';

/**
 * Draws decoded pictures into one tile of a canvas: scales straight into place, without an intermediate picture. Bars are painted when the shape of
 * the picture changes, not with every picture.
 */
export class TilePainter {
  readonly #canvas: PictureCanvas;
  readonly #tile: Rectangle;
  readonly #fit: Fit;
  readonly #strides: number[];
  #scaler: SoftwareScaleContext | null = null;
  #shape = '';
  #placement: Placement | null = null;
  #target: Buffer[] = [];

  constructor(canvas: PictureCanvas, tile: Rectangle, fit: Fit) {
    this.#canvas = canvas;
    this.#tile = tile;
    this.#fit = fit;
    this.#strides = [...canvas.strides];
  }

  /** Draws 4:2:0 or any other picture that FFmpeg can scale. `picture` is only read. */
  draw(picture: Frame): void {
    const { width, height } = picture;
    const format = picture.format as AVPixelFormat;
    const shape = `${width}×${height}:${format}`;
    if (shape !== this.#shape) this.#prepare(shape, width, height, format);
    const planes = picture.data;
    const placement = this.#placement;
    if (planes === null || placement === null || this.#scaler === null) return;
    const { source } = placement;
    const strides = picture.linesize;
    const isCropped = source.x > 0 || source.y > 0;
    const from = isCropped ? planes.map((plane, index) => plane.subarray(offsetOf(source, strides[index] ?? 0, index))) : planes;
    this.#scaler.scaleSync(from, strides, 0, source.height, this.#target, this.#strides);
  }

  /** Fills the whole tile with a colour. */
  clear(): void {
    this.#canvas.fill(this.#tile, black);
    this.#shape = '';
  }

  /** Frees the scaler. Idempotent. */
  close(): void {
    this.#scaler?.freeContext();
    this.#scaler = null;
    this.#shape = '';
  }

  #prepare(shape: string, width: number, height: number, format: AVPixelFormat): void {
    this.close();
    const tile = this.#tile;
    const placement = fitPicture(this.#fit, width, height, tile.width, tile.height);
    const { source, target } = placement;
    if (target.width < tile.width || target.height < tile.height) this.#canvas.fill(tile, black);
    const isEnlarged = target.width > source.width;
    const flags = isEnlarged ? SWS_BICUBIC : SWS_FAST_BILINEAR;
    this.#scaler = new SoftwareScaleContext();
    this.#scaler.getContext(source.width, source.height, format, target.width, target.height, AV_PIX_FMT_YUV420P, flags);
    this.#target = this.#canvas.planesAt(tile.x + target.x, tile.y + target.y);
    this.#placement = placement;
    this.#shape = shape;
  }
}

function offsetOf(source: Rectangle, stride: number, plane: number): number {
  const shift = plane === 0 ? 0 : 1;
  return (source.y >> shift) * stride + (source.x >> shift);
}
