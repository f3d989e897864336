import type { Fit } from '@tapedeck/layout';
import type { Frame } from 'node-av';
import type { PictureCanvas } from './canvas.ts';
import { black } from './colour.ts';
import type { Rectangle } from './rectangle.ts';
import { ScaledPicture } from './scaled-picture.ts';

/**
 * Draws decoded pictures into one rectangle of a canvas that nothing else covers. Bars are painted when the shape of the picture changes, not with every
 * picture.
 */
export class TilePainter {
  readonly #canvas: PictureCanvas;
  readonly #tile: Rectangle;
  readonly #picture: ScaledPicture;
  #target: Rectangle | null = null;

  constructor(canvas: PictureCanvas, tile: Rectangle, fit: Fit) {
    this.#canvas = canvas;
    this.#tile = tile;
    this.#picture = new ScaledPicture(tile.width, tile.height, fit);
  }

  /** Draws a picture of any pixel format that FFmpeg can scale. `picture` is only read. */
  draw(picture: Frame): void {
    if (!this.#picture.take(picture)) return;
    const { target, scaled } = this.#picture;
    if (target === null || scaled === null) return;
    const isSmaller = target.width < this.#tile.width || target.height < this.#tile.height;
    if (target !== this.#target && isSmaller) this.#canvas.fill(this.#tile, black);
    this.#target = target;
    const to = { ...target, x: this.#tile.x + target.x, y: this.#tile.y + target.y };
    this.#canvas.copyFrom(scaled.picture, scaled.crop.x, scaled.crop.y, to);
  }

  /** Fills the whole rectangle with black. */
  clear(): void {
    this.#canvas.fill(this.#tile, black);
    this.#target = null;
  }

  /** Frees scaler and scratch. Idempotent. */
  close(): void {
    this.#picture.close();
  }
}
