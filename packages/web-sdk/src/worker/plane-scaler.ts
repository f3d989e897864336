import type { Plane } from './planes.ts';

/** Memory for the steps between two sizes; one for each thread of pictures. */
export class PlaneScaler {
  readonly #steps: Uint8Array[] = [];

  /** Fills `to` with `from` in its size: by halves (means of four samples) down to less than two to one, then between samples in a straight line. */
  scale(from: Plane, to: Plane, step = 0): void {
    if (from.width === to.width && from.height === to.height) return copy(from, to);
    const [width, height] = [from.width >> 1, from.height >> 1];
    if (width < to.width || height < to.height) return interpolate(from, to);
    if (width === to.width && height === to.height) return halve(from, to);
    const half: Plane = { data: this.#step(step, width * height), offset: 0, stride: width, width, height };
    halve(from, half);
    this.scale(half, to, step + 1);
  }

  #step(step: number, size: number): Uint8Array {
    const known = this.#steps[step];
    if (known !== undefined && known.length >= size) return known;
    return (this.#steps[step] = new Uint8Array(size));
  }
}

function copy(from: Plane, to: Plane): void {
  for (let y = 0; y < to.height; y++) {
    const start = from.offset + y * from.stride;
    to.data.set(from.data.subarray(start, start + from.width), to.offset + y * to.stride);
  }
}

function halve(from: Plane, to: Plane): void {
  const [source, target] = [from.data, to.data];
  for (let y = 0; y < to.height; y++) {
    let upper = from.offset + 2 * y * from.stride;
    let lower = upper + from.stride;
    const start = to.offset + y * to.stride;
    for (let at = start; at < start + to.width; at++, upper += 2, lower += 2)
      target[at] = (source[upper]! + source[upper + 1]! + source[lower]! + source[lower + 1]! + 2) >> 2;
  }
}

/** Where a sample lies between two of the source: the first one's number, the second one's, and the second one's share of 256. */
function placeOf(at: number, length: number, of: number): readonly [number, number, number] {
  const place = Math.min(of - 1, Math.max(0, ((at + 0.5) * of) / length - 0.5));
  const first = Math.floor(place);
  return [first, Math.min(of - 1, first + 1), Math.round((place - first) * 256)];
}

function interpolate(from: Plane, to: Plane): void {
  const [source, target] = [from.data, to.data];
  const columns = Array.from({ length: to.width }, (_, x) => placeOf(x, to.width, from.width));
  const [lefts, rights, shares] = [0, 1, 2].map((part) => Int32Array.from(columns, (column) => column[part as 0 | 1 | 2])) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  for (let y = 0; y < to.height; y++) {
    const [first, second, below] = placeOf(y, to.height, from.height);
    const upper = from.offset + first * from.stride;
    const lower = from.offset + second * from.stride;
    const start = to.offset + y * to.stride;
    for (let x = 0; x < to.width; x++) {
      const [left, right, share] = [lefts[x]!, rights[x]!, shares[x]!];
      const above = source[upper + left]! * (256 - share) + source[upper + right]! * share;
      const under = source[lower + left]! * (256 - share) + source[lower + right]! * share;
      target[start + x] = (above * (256 - below) + under * below + 32_768) >> 16;
    }
  }
}
