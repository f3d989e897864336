import { Frame } from 'node-av';
import { AV_PIX_FMT_YUV420P } from 'node-av/constants';
import { RenderSetupError } from '../errors.ts';
import { black } from './colour.ts';
import type { YuvColour } from './colour.ts';
import type { Rectangle } from './rectangle.ts';

/**
 * The one picture that everything is drawn on and that goes to the encoder as it is: `planes` are views of `frame`'s own memory (Y, U, V; 4:2:0),
 * so nothing is copied between drawing and encoding.
 */
export class PictureCanvas {
  readonly width: number;
  readonly height: number;
  readonly frame = new Frame();
  readonly planes: readonly [Buffer, Buffer, Buffer];
  readonly strides: readonly [number, number, number];
  #isClosed = false;

  /** @throws {RenderSetupError} RENDER_SETUP when there is no memory for it. */
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.frame.alloc();
    this.frame.width = width;
    this.frame.height = height;
    this.frame.format = AV_PIX_FMT_YUV420P;
    const status = this.frame.getBuffer(64);
    const [y, u, v] = this.frame.data ?? [];
    if (status < 0 || y === undefined || u === undefined || v === undefined)
      throw new RenderSetupError(`no memory for a ${width}×${height} canvas`);
    const [strideY = 0, strideU = 0, strideV = 0] = this.frame.linesize;
    this.planes = [y, u, v];
    this.strides = [strideY, strideU, strideV];
    this.fill({ x: 0, y: 0, width, height }, black);
  }

  /** Paints a rectangle in one colour. */
  fill(area: Rectangle, colour: YuvColour): void {
    for (const [index, plane] of this.planes.entries()) {
      const shift = index === 0 ? 0 : 1;
      const stride = this.strides[index] as number;
      const left = area.x >> shift;
      const bottom = (area.y + area.height) >> shift;
      for (let row = area.y >> shift; row < bottom; row++) {
        const start = row * stride + left;
        plane.fill(colour[index] as number, start, start + (area.width >> shift));
      }
    }
  }

  /** Copies a rectangle of the same size out of `source`, whose top left corner is (x, y) there. Exact: no byte outside `to` is touched. */
  copyFrom(source: PictureCanvas, x: number, y: number, to: Rectangle): void {
    for (let index = 0; index < 3; index++) {
      const shift = index === 0 ? 0 : 1;
      const from = source.planes[index] as Buffer;
      const plane = this.planes[index] as Buffer;
      const fromStride = source.strides[index] as number;
      const stride = this.strides[index] as number;
      const width = to.width >> shift;
      const rows = to.height >> shift;
      let read = (y >> shift) * fromStride + (x >> shift);
      let write = (to.y >> shift) * stride + (to.x >> shift);
      for (let row = 0; row < rows; row++) {
        from.copy(plane, write, read, read + width);
        read += fromStride;
        write += stride;
      }
    }
  }

  /** Frees the picture. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.frame.free();
  }
}
