/** Cells of the barcode: 8 columns, 5 rows of bits; a sixth row below them is the flash strip. */
export const BARCODE_COLUMNS = 8;
export const BARCODE_ROWS = 5;

/**
 * Where the barcode (with the flash strip) stands in the picture, as shares of its width and height. It is central, so that a tile that crops
 * a 16:9 picture down to a square (`fit: cover`) still shows it, and its cells are 12 × 10 pixels in a 160 × 90 picture.
 */
export const BARCODE_AREA = { x: 0.2, y: 0.16, width: 0.6, height: 0.68 } as const;

/** Frame numbers are 24 bits wide and wrap. */
export const FRAME_MODULUS = 1 << 24;

/** Returns 40 bits, first the most significant: identity (8), frame number modulo 2^24 (24), CRC-8 of both (8). */
export function encodeBarcode(identity: number, frame: number): boolean[] {
  const bytes = [identity & 0xff, (frame >> 16) & 0xff, (frame >> 8) & 0xff, frame & 0xff];
  bytes.push(crc8(bytes));
  return bytes.flatMap((byte) => Array.from({ length: 8 }, (_, bit) => (byte & (0x80 >> bit)) !== 0));
}

/** What 40 bits say, or null when the CRC does not fit. */
export function decodeBarcode(bits: readonly boolean[]): { readonly identity: number; readonly frame: number } | null {
  const bytes = [0, 0, 0, 0, 0];
  for (let i = 0; i < 40; i++) if (bits[i] === true) bytes[i >> 3]! |= 0x80 >> (i & 7);
  if (crc8(bytes.slice(0, 4)) !== bytes[4]) return null;
  return { identity: bytes[0]!, frame: (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]! };
}

/** CRC-8/SMBUS polynomial from a start value that makes neither all-black nor all-white a valid code. */
function crc8(bytes: readonly number[]): number {
  let crc = 0x5a;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x80) !== 0 ? ((crc << 1) ^ 0x07) & 0xff : (crc << 1) & 0xff;
  }
  return crc;
}
