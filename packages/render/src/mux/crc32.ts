const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) value = (value & 0x8000_0000) !== 0 ? (value << 1) ^ 0x04c1_1db7 : value << 1;
  return value >>> 0;
});

/** CRC-32 with the polynomial 04C11DB7, most significant bit first, not inverted at the end: Ogg begins with 0, MPEG-TS with all ones. */
export function crc32(bytes: Uint8Array, start: 0 | 0xffff_ffff): number {
  let crc: number = start;
  for (const byte of bytes) crc = ((crc << 8) ^ table[((crc >>> 24) ^ byte) & 0xff]!) >>> 0;
  return crc;
}
