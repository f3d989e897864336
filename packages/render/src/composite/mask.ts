/**
 * How much of each sample is seen (0…255), with the span of every row that is seen at all and the one that is seen wholly, so that the rest need not be
 * looked at.
 */
export class MaskPlane {
  readonly width: number;
  readonly height: number;
  readonly alpha: Uint8Array;
  /** Four numbers a row: seen from, seen to (exclusive), solid from, solid to (exclusive; not above `from` when nothing is solid). */
  readonly spans: Int32Array;

  /** Keeps `alpha`: row by row, `width` to a row. */
  constructor(width: number, height: number, alpha: Uint8Array) {
    this.width = width;
    this.height = height;
    this.alpha = alpha;
    this.spans = new Int32Array(height * 4);
    for (let row = 0; row < height; row++) this.spans.set(spanOf(alpha.subarray(row * width, (row + 1) * width)), row * 4);
  }
}

/** A mask for 4:2:0 pictures: `chroma` is the mean of each two by two samples of `luma`. */
export interface Mask {
  readonly luma: MaskPlane;
  readonly chroma: MaskPlane;
}

/** Makes a mask from its luma half. `width` and `height` are even; `alpha` is kept. */
export function maskOf(width: number, height: number, alpha: Uint8Array): Mask {
  const halfWidth = width >> 1;
  const halfHeight = height >> 1;
  const chroma = new Uint8Array(halfWidth * halfHeight);
  for (let row = 0; row < halfHeight; row++) {
    for (let column = 0; column < halfWidth; column++) {
      const at = row * 2 * width + column * 2;
      const sum = (alpha[at] ?? 0) + (alpha[at + 1] ?? 0) + (alpha[at + width] ?? 0) + (alpha[at + width + 1] ?? 0);
      chroma[row * halfWidth + column] = (sum + 2) >> 2;
    }
  }
  return { luma: new MaskPlane(width, height, alpha), chroma: new MaskPlane(halfWidth, halfHeight, chroma) };
}

/** A rectangle with round corners (smooth edges), seen through by `opacity` (0…1). `radius` is cut to half the shorter side. */
export function roundedMask(width: number, height: number, radius: number, opacity: number): Mask {
  const level = Math.round(Math.min(1, Math.max(0, opacity)) * 255);
  const alpha = new Uint8Array(width * height).fill(level);
  const reach = Math.min(radius, width / 2, height / 2);
  const corner = Math.ceil(reach);
  for (let row = 0; row < corner; row++) {
    for (let column = 0; column < corner; column++) {
      const distance = Math.hypot(reach - column - 0.5, reach - row - 0.5);
      const value = Math.round(level * Math.min(1, Math.max(0, reach - distance + 0.5)));
      for (const y of [row, height - 1 - row]) for (const x of [column, width - 1 - column]) alpha[y * width + x] = value;
    }
  }
  return maskOf(width, height, alpha);
}

function spanOf(row: Uint8Array): readonly [number, number, number, number] {
  const from = row.findIndex((value) => value > 0);
  if (from < 0) return [0, 0, 0, 0];
  let to = row.length;
  while (row[to - 1] === 0) to--;
  const solidFrom = row.indexOf(255);
  if (solidFrom < 0) return [from, to, from, from];
  let solidTo = solidFrom;
  while (solidTo < to && row[solidTo] === 255) solidTo++;
  return [from, to, solidFrom, solidTo];
}
