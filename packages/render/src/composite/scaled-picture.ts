import { fitPicture } from '@tapedeck/layout';
import type { Fit, PictureCrop } from '@tapedeck/layout';
import { SoftwareScaleContext } from 'node-av';
import type { Frame } from 'node-av';
import { AV_PIX_FMT_YUV420P, SWS_BICUBIC, SWS_FAST_BILINEAR } from 'node-av/constants';
import type { AVPixelFormat } from 'node-av/constants';
import { PictureCanvas } from './canvas.ts';
import type { Planes } from './overlay.ts';
import type { Rectangle } from './rectangle.ts';

/**
 * The newest picture of one tile, scaled to what the tile shows of it, so that it can be copied onto the canvas as often as needed.
 *
 * The picture is scaled into a scratch of its own, then copied row by row: FFmpeg's vector code writes whole vectors, so scaling straight into
 * the canvas would spill into the neighbour; and asking a decoded frame for its planes costs the collector more than the copy.
 */
export class ScaledPicture {
  readonly #width: number;
  readonly #height: number;
  readonly #fit: Fit;
  readonly #part: PictureCrop;
  #scaler: SoftwareScaleContext | null = null;
  #scratch: PictureCanvas | null = null;
  #shape = '';
  #hasPicture = false;
  #target: Rectangle = { x: 0, y: 0, width: 0, height: 0 };
  /** Top left of what is copied out of the scratch (cover crops there). */
  #crop = { x: 0, y: 0 };

  /** Size of the tile, even. `part`: what of the picture is shown, in fractions of it. */
  constructor(width: number, height: number, fit: Fit, part: PictureCrop = wholePicture) {
    this.#width = width;
    this.#height = height;
    this.#fit = fit;
    this.#part = part;
  }

  /** Where in the tile the picture is; null while there is none. */
  get target(): Rectangle | null {
    return this.#hasPicture ? this.#target : null;
  }

  /** The scaled picture: {@link target} begins at `crop` of it. */
  get scaled(): { readonly picture: PictureCanvas & Planes; readonly crop: { readonly x: number; readonly y: number } } | null {
    return this.#hasPicture && this.#scratch !== null ? { picture: this.#scratch, crop: this.#crop } : null;
  }

  /** Takes a picture of any pixel format that FFmpeg can scale. It is only read. False when it could not be scaled: the one before stays. */
  take(picture: Frame): boolean {
    const { width, height } = picture;
    if (width < 2 || height < 2) return false;
    const format = picture.format as AVPixelFormat;
    const shape = `${width}×${height}:${format}`;
    if (shape !== this.#shape) this.#prepare(shape, width, height, format);
    if (this.#scratch === null || this.#scaler === null) return false;
    if (this.#scaler.scaleFrameSync(this.#scratch.frame, picture) < 0) return false;
    this.#hasPicture = true;
    return true;
  }

  /** Frees scaler and scratch. Idempotent. */
  close(): void {
    this.#scaler?.freeContext();
    this.#scaler = null;
    this.#scratch?.close();
    this.#scratch = null;
    this.#shape = '';
    this.#hasPicture = false;
  }

  #prepare(shape: string, width: number, height: number, format: AVPixelFormat): void {
    this.close();
    const part = { width: Math.max(2, width * this.#part.width), height: Math.max(2, height * this.#part.height) };
    const { source, target } = fitPicture(this.#fit, part.width, part.height, this.#width, this.#height);
    const scaledWidth = evenUp((width * target.width) / source.width);
    const scaledHeight = evenUp((height * target.height) / source.height);
    const { x, y } = this.#part;
    const scaledPart = { width: scaledWidth * (part.width / width), height: scaledHeight * (part.height / height) };
    this.#crop = {
      x: evenWithin(scaledWidth * x + (scaledPart.width - target.width) / 2, scaledWidth - target.width),
      y: evenWithin(scaledHeight * y + (scaledPart.height - target.height) / 2, scaledHeight - target.height),
    };
    const flags = scaledWidth > width ? SWS_BICUBIC : SWS_FAST_BILINEAR;
    this.#scratch = new PictureCanvas(scaledWidth, scaledHeight);
    this.#scaler = new SoftwareScaleContext();
    this.#scaler.getContext(width, height, format, scaledWidth, scaledHeight, AV_PIX_FMT_YUV420P, flags);
    this.#target = target;
    this.#shape = shape;
  }
}

const evenUp = (value: number): number => Math.ceil(value / 2 - 1e-6) * 2;
const evenWithin = (value: number, most: number): number => Math.max(0, Math.min(most, Math.floor(value / 2 + 1e-6) * 2));
const wholePicture: PictureCrop = Object.freeze({ x: 0, y: 0, width: 1, height: 1 });
