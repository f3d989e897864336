import type { PictureCanvas } from './canvas.ts';
import { maskOf } from './mask.ts';
import type { Mask } from './mask.ts';
import { intersection } from './rectangle.ts';
import type { Rectangle } from './rectangle.ts';

/** Samples of a 4:2:0 picture, plane by plane. A {@link PictureCanvas} is one. */
export interface Planes {
  readonly planes: readonly [Uint8Array, Uint8Array, Uint8Array];
  readonly strides: readonly [number, number, number];
}

/** A picture with a mask, ready to be laid over a canvas. Immutable. */
export interface Overlay extends Planes {
  readonly width: number;
  readonly height: number;
  readonly mask: Mask;
}

/**
 * An overlay of red, green, blue and alpha bytes (not premultiplied), row by row. Both sides are even. Colour is averaged by alpha, so that edges do not take on
 * the colour of what is not seen.
 *
 * @param opacity 0…1, on top of each pixel's own alpha.
 */
export function overlayOf(rgba: Uint8Array | Uint8ClampedArray, width: number, height: number, opacity = 1): Overlay {
  const alpha = new Uint8Array(width * height);
  const luma = new Uint8Array(width * height);
  for (let index = 0, at = 0; index < alpha.length; index++, at += 4) {
    const red = rgba[at] as number;
    const green = rgba[at + 1] as number;
    const blue = rgba[at + 2] as number;
    alpha[index] = opacity === 1 ? (rgba[at + 3] as number) : Math.round((rgba[at + 3] as number) * opacity);
    luma[index] = 16 + (65.738 * red + 129.057 * green + 25.064 * blue) / 256 + 0.5;
  }
  const [u, v] = chromaOf(rgba, width, height);
  const strides = [width, width >> 1, width >> 1] as const;
  return { width, height, planes: [luma, u, v], strides, mask: maskOf(width, height, alpha) };
}

function chromaOf(rgba: Uint8Array | Uint8ClampedArray, width: number, height: number): readonly [Uint8Array, Uint8Array] {
  const size = (width >> 1) * (height >> 1);
  const u = new Uint8Array(size);
  const v = new Uint8Array(size);
  for (let index = 0; index < size; index++) {
    const left = (index % (width >> 1)) * 2;
    const top = Math.floor(index / (width >> 1)) * 2;
    let [red, green, blue, weight] = [0, 0, 0, 0];
    for (const at of [top * width + left, top * width + left + 1, (top + 1) * width + left, (top + 1) * width + left + 1]) {
      const share = rgba[at * 4 + 3] as number;
      red += (rgba[at * 4] as number) * share;
      green += (rgba[at * 4 + 1] as number) * share;
      blue += (rgba[at * 4 + 2] as number) * share;
      weight += share;
    }
    const scale = weight === 0 ? 0 : 1 / (weight * 256);
    u[index] = 128.5 + (-37.945 * red - 74.494 * green + 112.439 * blue) * scale;
    v[index] = 128.5 + (112.439 * red - 94.154 * green - 18.285 * blue) * scale;
  }
  return [u, v];
}

/**
 * Lays `source` (whose top left corner comes to (x, y) of the canvas) over what the canvas holds, as far as `mask` lets it be seen. Touches nothing outside
 * `clip`.
 */
export function layOver(canvas: PictureCanvas, source: Planes, mask: Mask, x: number, y: number, clip: Rectangle): void {
  const area = intersection(clip, { x, y, width: mask.luma.width, height: mask.luma.height });
  if (area === null) return;
  for (let index = 0; index < 3; index++) {
    const shift = index === 0 ? 0 : 1;
    const { alpha, spans, width } = index === 0 ? mask.luma : mask.chroma;
    const from = source.planes[index] as Uint8Array;
    const fromStride = source.strides[index] as number;
    const plane = canvas.planes[index] as Buffer;
    const stride = canvas.strides[index] as number;
    const firstColumn = (area.x - x) >> shift;
    const lastColumn = firstColumn + (area.width >> shift);
    const firstRow = (area.y - y) >> shift;
    const lastRow = firstRow + (area.height >> shift);
    for (let row = firstRow; row < lastRow; row++) {
      const start = Math.max(firstColumn, spans[row * 4] as number);
      const end = Math.min(lastColumn, spans[row * 4 + 1] as number);
      const solidFrom = Math.min(end, Math.max(start, spans[row * 4 + 2] as number));
      const solidTo = Math.min(end, Math.max(solidFrom, spans[row * 4 + 3] as number));
      const read = row * fromStride;
      const write = ((y >> shift) + row) * stride + (x >> shift);
      mix(plane, write, from, read, alpha, row * width, start, solidFrom);
      if (solidTo > solidFrom) plane.set(from.subarray(read + solidFrom, read + solidTo), write + solidFrom);
      mix(plane, write, from, read, alpha, row * width, solidTo, end);
    }
  }
}

function mix(
  plane: Uint8Array,
  write: number,
  from: Uint8Array,
  read: number,
  alpha: Uint8Array,
  alphaAt: number,
  start: number,
  end: number,
): void {
  for (let column = start; column < end; column++) {
    const share = alpha[alphaAt + column] as number;
    const under = plane[write + column] as number;
    plane[write + column] = under + ((((from[read + column] as number) - under) * share + 127) / 255 | 0); // prettier-ignore
  }
}
