import { BitReader } from '../bit-reader.ts';
import type { SniffedFrame } from '../sniff-frame.ts';

export const OBU_SEQUENCE_HEADER = 1;
export const OBU_TEMPORAL_DELIMITER = 2;
export const OBU_FRAME_HEADER = 3;
export const OBU_TILE_GROUP = 4;
export const OBU_FRAME = 6;
export const OBU_TILE_LIST = 8;
export const OBU_PADDING = 15;

/** A leb128 number and how many bytes it took. */
export interface Leb128 {
  readonly value: number;
  readonly sizeBytes: number;
}

/** Reads a leb128 of up to eight bytes; null when it is cut short or above 2^32 - 1. @see AV1 bitstream specification §4.10.5 */
export function readLeb128(bytes: Uint8Array, offset: number): Leb128 | null {
  let value = 0;
  for (let index = 0; index < 8; index++) {
    const byte = bytes[offset + index];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return value > 0xffff_ffff ? null : { value, sizeBytes: index + 1 };
  }
  return null;
}

/** One open bitstream unit. `header` is 1 or 2 bytes as sent; `payload` comes without header and size. Both are views. */
export interface Obu {
  readonly type: number;
  readonly header: Uint8Array;
  readonly payload: Uint8Array;
}

/** Splits one OBU element (with or without a size field of its own); null when it is malformed. @see AV1 bitstream specification §5.3 */
export function parseObu(bytes: Uint8Array): (Obu & { readonly sizeBytes: number }) | null {
  if (bytes.length === 0 || (bytes[0]! & 0x80) !== 0) return null;
  const headerBytes = (bytes[0]! & 0x04) !== 0 ? 2 : 1;
  if (bytes.length < headerBytes) return null;
  let start = headerBytes;
  let end = bytes.length;
  if ((bytes[0]! & 0x02) !== 0) {
    const size = readLeb128(bytes, headerBytes);
    if (size === null) return null;
    start += size.sizeBytes;
    end = start + size.value;
    if (end > bytes.length) return null;
  }
  return { type: (bytes[0]! >> 3) & 0x0f, header: bytes.subarray(0, headerBytes), payload: bytes.subarray(start, end), sizeBytes: end };
}

/** Returns the largest picture size a sequence header announces, or null when it is malformed. @see AV1 bitstream specification §5.5.1 */
function parseAv1PictureSize(sequenceHeader: Uint8Array): { readonly width: number; readonly height: number } | null {
  const reader = new BitReader(sequenceHeader);
  reader.skip(4);
  const isReduced = reader.flag();
  if (isReduced) reader.skip(5);
  else skipOperatingPoints(reader);
  const widthBits = reader.bits(4) + 1;
  const heightBits = reader.bits(4) + 1;
  const width = reader.bits(widthBits) + 1;
  const height = reader.bits(heightBits) + 1;
  return reader.isExhausted ? null : { width, height };
}

function skipOperatingPoints(reader: BitReader): void {
  let hasDecoderModel = false;
  let delayBits = 0;
  if (reader.flag()) {
    reader.skip(64);
    if (reader.flag()) reader.exponentialGolomb();
    hasDecoderModel = reader.flag();
    if (hasDecoderModel) {
      delayBits = reader.bits(5) + 1;
      reader.skip(42);
    }
  }
  const hasDisplayDelay = reader.flag();
  const count = reader.bits(5) + 1;
  for (let index = 0; index < count; index++) {
    reader.skip(12);
    if (reader.bits(5) > 7) reader.skip(1);
    if (hasDecoderModel && reader.flag()) reader.skip(2 * delayBits + 1);
    if (hasDisplayDelay && reader.flag()) reader.skip(4);
  }
}

/** True when the payload of a frame header or frame OBU starts a keyframe (not a repeated one). @see AV1 bitstream specification §5.9.2 */
export function isAv1KeyframeHeader(payload: Uint8Array): boolean {
  return payload.length > 0 && (payload[0]! & 0xe0) === 0;
}

/** Keyframe and size of a temporal unit in the low-overhead format. */
export function sniffAv1(data: Uint8Array): SniffedFrame {
  let size: { readonly width: number; readonly height: number } | null = null;
  let offset = 0;
  while (offset < data.length) {
    const obu = parseObu(data.subarray(offset));
    if (obu === null) break;
    if (obu.type === OBU_SEQUENCE_HEADER) size = parseAv1PictureSize(obu.payload);
    if (obu.type === OBU_FRAME || obu.type === OBU_FRAME_HEADER) {
      return size !== null && isAv1KeyframeHeader(obu.payload) ? { isKeyframe: true, ...size } : { isKeyframe: false };
    }
    offset += obu.sizeBytes;
  }
  return { isKeyframe: false };
}
