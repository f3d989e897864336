/** Cells of the barcode: 8 columns, 5 rows of bits; a sixth row below them is the flash strip. */
export const BARCODE_COLUMNS = 8;
export const BARCODE_ROWS = 5;

/**
 * Where the barcode (with the flash strip) stands in the picture, as shares of its width and height. It is central, so that a tile that crops
 * a 16:9 picture down to a square (`fit: cover`) still shows it, and its cells are 12 × 10 pixels in a 160 × 90 picture.
 */
export const BARCODE_AREA = { x: 0.2, y: 0.16, width: 0.6, height: 0.68 } as const;

/** Frame numbers are 20 bits wide and wrap (after 14 hours at 20 fps). */
export const FRAME_MODULUS = 1 << 20;

/** Returns 40 bits, first the most significant: identity (8), frame number modulo 2^20 (20), CRC-12 of both (12). */
export function encodeBarcode(identity: number, frame: number): boolean[] {
  const high = ((identity & 0xff) << 12) | ((frame >> 8) & 0xfff);
  const low = frame & 0xff;
  const check = crc12(high, low);
  const bits: boolean[] = [];
  for (let bit = 19; bit >= 0; bit--) bits.push(((high >> bit) & 1) === 1);
  for (let bit = 7; bit >= 0; bit--) bits.push(((low >> bit) & 1) === 1);
  for (let bit = 11; bit >= 0; bit--) bits.push(((check >> bit) & 1) === 1);
  return bits;
}

/** What 40 bits say, or null when the CRC does not fit. */
export function decodeBarcode(bits: readonly boolean[]): { readonly identity: number; readonly frame: number } | null {
  const high = read(bits, 0, 20);
  const low = read(bits, 20, 28);
  if (crc12(high, low) !== read(bits, 28, 40)) return null;
  return { identity: high >> 12, frame: ((high & 0xfff) << 8) | low };
}

function read(bits: readonly boolean[], from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) value = (value << 1) | (bits[i] === true ? 1 : 0);
  return value;
}

/** CRC-12 (polynomial 0x80F) over 20 + 8 bits, from a start value that makes neither all-black nor all-white a valid code. */
function crc12(high: number, low: number): number {
  let crc = 0x5a5;
  for (let index = 27; index >= 0; index--) {
    const bit = index >= 8 ? (high >> (index - 8)) & 1 : (low >> index) & 1;
    const top = (crc >> 11) & 1;
    crc = (crc << 1) & 0xfff;
    if (top !== bit) crc ^= 0x80f;
  }
  return crc;
}
