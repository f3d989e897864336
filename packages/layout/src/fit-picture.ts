import type { Fit } from './types.ts';

/** Where a picture goes: this part of the source … into this part of the tile. Whole even pixels, relative to picture and tile. */
export interface Placement {
  readonly source: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly target: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** `smart` crops when so much of the cropped side is left. */
const smartKeeps = 0.8;

const evenAtLeast2 = (value: number): number => Math.max(2, Math.round(value / 2) * 2);
const evenHalf = (value: number): number => Math.floor(value / 4) * 2;

/**
 * Places a picture in a tile: `contain` leaves bars, `cover` crops, `fill` stretches, `smart` crops up to a fifth of a side and else leaves bars. Even throughout, so chroma planes halve exactly.
 *
 * @throws {RangeError} if a side is below 2 pixels.
 */
export function fitPicture(fit: Fit, pictureWidth: number, pictureHeight: number, tileWidth: number, tileHeight: number): Placement {
  if (Math.min(pictureWidth, pictureHeight, tileWidth, tileHeight) < 2)
    throw new RangeError('Pictures and tiles have at least 2 pixels a side.');
  const pictureEven = { x: 0, y: 0, width: pictureWidth - (pictureWidth % 2), height: pictureHeight - (pictureHeight % 2) };
  const tile = { x: 0, y: 0, width: tileWidth, height: tileHeight };
  if (fit === 'smart') {
    const [one, other] = [tileWidth / pictureWidth, tileHeight / pictureHeight];
    const kept = Math.min(one, other) / Math.max(one, other);
    return fitPicture(kept >= smartKeeps ? 'cover' : 'contain', pictureWidth, pictureHeight, tileWidth, tileHeight);
  }
  if (fit === 'fill') return { source: pictureEven, target: tile };
  if (fit === 'contain') {
    const scale = Math.min(tileWidth / pictureWidth, tileHeight / pictureHeight);
    const width = Math.min(tileWidth, evenAtLeast2(pictureWidth * scale));
    const height = Math.min(tileHeight, evenAtLeast2(pictureHeight * scale));
    return { source: pictureEven, target: { x: evenHalf(tileWidth - width), y: evenHalf(tileHeight - height), width, height } };
  }
  const scale = Math.max(tileWidth / pictureWidth, tileHeight / pictureHeight);
  const width = Math.min(pictureEven.width, evenAtLeast2(tileWidth / scale));
  const height = Math.min(pictureEven.height, evenAtLeast2(tileHeight / scale));
  return { source: { x: evenHalf(pictureEven.width - width), y: evenHalf(pictureEven.height - height), width, height }, target: tile };
}
