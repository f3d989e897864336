const START_CODE = Uint8Array.of(0, 0, 0, 1);

/** Four bytes in front of each NAL unit of an H.264/H.265 frame. */
export { START_CODE };

/**
 * Yields the NAL units of an Annex B stream as views, start codes (3 or 4 bytes) and trailing zeros removed.
 * @see ITU-T H.264 Annex B, H.265 Annex B
 */
export function* nalUnits(data: Uint8Array): Generator<Uint8Array> {
  let start = -1;
  let offset = 0;
  while (offset + 2 < data.length) {
    if (data[offset + 2]! > 1) {
      offset += 3;
    } else if (data[offset] === 0 && data[offset + 1] === 0 && data[offset + 2] === 1) {
      if (start >= 0) yield data.subarray(start, trimZeros(data, start, offset));
      start = offset + 3;
      offset += 3;
    } else {
      offset++;
    }
  }
  if (start >= 0 && start < data.length) yield data.subarray(start, trimZeros(data, start, data.length));
}

/** Returns the RBSP of a NAL unit: emulation prevention bytes (00 00 03) removed, fresh buffer. */
export function unescapeRbsp(nal: Uint8Array): Uint8Array {
  const rbsp = new Uint8Array(nal.length);
  let length = 0;
  let zeros = 0;
  for (const byte of nal) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    rbsp[length++] = byte;
  }
  return rbsp.subarray(0, length);
}

function trimZeros(data: Uint8Array, start: number, end: number): number {
  let trimmed = end;
  while (trimmed > start && data[trimmed - 1] === 0) trimmed--;
  return trimmed;
}
