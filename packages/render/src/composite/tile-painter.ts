import { fitPicture } from '@tapedeck/layout';
import type { Fit, Placement } from '@tapedeck/layout';
import { SoftwareScaleContext } from 'node-av';
import type { Frame } from 'node-av';
import { AV_PIX_FMT_YUV420P, SWS_BICUBIC, SWS_FAST_BILINEAR } from 'node-av/constants';
import type { AVPixelFormat } from 'node-av/constants';
import { black, PictureCanvas } from './canvas.ts';
import type { Rectangle } from './canvas.ts';

/**
 * Draws decoded pictures into one tile of a canvas and touches nothing outside it. Bars are painted when the shape of the picture changes, not with
 * every picture.
 *
 * The picture is scaled into a scratch of its target size, then copied row by row: FFmpeg's vector code writes whole vectors, so scaling straight into
 * the canvas would spill into the neighbour; and asking a decoded frame for its planes costs the collector more than the copy.
 */
export class TilePainter {
  readonly #canvas: PictureCanvas;
  readonly #tile: Rectangle;
  readonly #fit: Fit;
  #scaler: SoftwareScaleContext | null = null;
  #scratch: PictureCanvas | null = null;
  #shape = '';
  #placement: Placement | null = null;
  /** Top left of what is copied out of the scratch (cover crops there). */
  #crop = { x: 0, y: 0 };

  constructor(canvas: PictureCanvas, tile: Rectangle, fit: Fit) {
    this.#canvas = canvas;
    this.#tile = tile;
    this.#fit = fit;
  }

  /** Draws a picture of any pixel format that FFmpeg can scale. `picture` is only read. */
  draw(picture: Frame): void {
    const { width, height } = picture;
    const format = picture.format as AVPixelFormat;
    const shape = `${width}×${height}:${format}`;
    if (shape !== this.#shape) this.#prepare(shape, width, height, format);
    if (this.#scratch === null || this.#placement === null || this.#scaler === null) return;
    if (this.#scaler.scaleFrameSync(this.#scratch.frame, picture) < 0) return;
    const { target } = this.#placement;
    const to = { x: this.#tile.x + target.x, y: this.#tile.y + target.y, width: target.width, height: target.height };
    this.#canvas.copyFrom(this.#scratch, this.#crop.x, this.#crop.y, to);
  }

  /** Fills the whole tile with black. */
  clear(): void {
    this.#canvas.fill(this.#tile, black);
    this.#shape = '';
  }

  /** Frees scaler and scratch. Idempotent. */
  close(): void {
    this.#scaler?.freeContext();
    this.#scaler = null;
    this.#scratch?.close();
    this.#scratch = null;
    this.#shape = '';
  }

  #prepare(shape: string, width: number, height: number, format: AVPixelFormat): void {
    this.close();
    const tile = this.#tile;
    const placement = fitPicture(this.#fit, width, height, tile.width, tile.height);
    const { source, target } = placement;
    if (target.width < tile.width || target.height < tile.height) this.#canvas.fill(tile, black);
    const scaledWidth = evenUp((width * target.width) / source.width);
    const scaledHeight = evenUp((height * target.height) / source.height);
    this.#crop = { x: evenHalf(scaledWidth - target.width), y: evenHalf(scaledHeight - target.height) };
    const flags = scaledWidth > width ? SWS_BICUBIC : SWS_FAST_BILINEAR;
    this.#scratch = new PictureCanvas(scaledWidth, scaledHeight);
    this.#scaler = new SoftwareScaleContext();
    this.#scaler.getContext(width, height, format, scaledWidth, scaledHeight, AV_PIX_FMT_YUV420P, flags);
    this.#placement = placement;
    this.#shape = shape;
  }
}

const evenUp = (value: number): number => Math.ceil(value / 2 - 1e-6) * 2;
const evenHalf = (value: number): number => Math.floor(value / 4) * 2;
