import { crc32c } from './crc32c.ts';
import type { RecordKind, TrackHeader } from './types.ts';

/**
 * Segment file, all numbers little endian:
 *
 * ```
 * "rtplog" | u16 version = 1 | u32 header length | header (JSON, UTF-8) | u32 crc32c of the header
 * then records: u32 length | u8 kind | u64 arrivalUs | length bytes | u32 crc32c of everything before in the record
 * ```
 */
const MAGIC = new TextEncoder().encode('rtplog');
const FORMAT_VERSION = 1;
/** Magic, version and header length. */
const PREAMBLE_BYTES = 12;
/** Length, kind and arrival in front of a record's bytes. */
export const RECORD_HEADER_BYTES = 13;
/** What a record takes beside its bytes. */
export const RECORD_OVERHEAD_BYTES = 17;
/** Longer lengths are damage: an RTP packet is at most 64 KiB, a note a few KiB. */
const MAX_RECORD_BYTES = 1 << 20;

const KINDS = [null, 'rtp', 'rtcp', 'gap', 'note'] as const;
const TWO_POW_32 = 0x1_0000_0000;

/** The header as it stands in a segment: the track's, and the number of the segment in its track (1, 2, …). */
export type SegmentHeader = TrackHeader & { readonly segment: number };

/** Returns the bytes in front of a segment's first record. */
export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(PREAMBLE_BYTES + json.length + 4);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint16(MAGIC.length, FORMAT_VERSION, true);
  view.setUint32(MAGIC.length + 2, json.length, true);
  bytes.set(json, PREAMBLE_BYTES);
  view.setUint32(PREAMBLE_BYTES + json.length, crc32c(json), true);
  return bytes;
}

/** Decodes a segment's header. `incomplete`: the bytes end too early; `corrupt`: they are no header. */
export function decodeSegmentHeader(
  bytes: Uint8Array,
): { readonly header: SegmentHeader; readonly sizeBytes: number } | 'incomplete' | 'corrupt' {
  for (let index = 0; index < Math.min(MAGIC.length, bytes.length); index++) if (bytes[index] !== MAGIC[index]) return 'corrupt';
  if (bytes.length < PREAMBLE_BYTES) return 'incomplete';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(MAGIC.length + 2, true);
  if (view.getUint16(MAGIC.length, true) !== FORMAT_VERSION || length > MAX_RECORD_BYTES) return 'corrupt';
  const end = PREAMBLE_BYTES + length;
  if (bytes.length < end + 4) return 'incomplete';
  if (crc32c(bytes, PREAMBLE_BYTES, end) !== view.getUint32(end, true)) return 'corrupt';
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(PREAMBLE_BYTES, end))) as SegmentHeader;
  return { header, sizeBytes: end + 4 };
}

/** Writes one record at `offset` of `target` (which must have room) and returns the offset behind it. Nothing is allocated. */
export function encodeRecord(target: Uint8Array, offset: number, kind: RecordKind, arrivalUs: number, bytes: Uint8Array): number {
  const end = offset + RECORD_HEADER_BYTES + bytes.length;
  writeUint32(target, offset, bytes.length);
  target[offset + 4] = KINDS.indexOf(kind);
  writeUint32(target, offset + 5, arrivalUs % TWO_POW_32);
  writeUint32(target, offset + 9, Math.floor(arrivalUs / TWO_POW_32));
  target.set(bytes, offset + RECORD_HEADER_BYTES);
  writeUint32(target, end, crc32c(target, offset, end));
  return end + 4;
}

/**
 * Returns the offset behind the record that starts at `offset`, -1 when `bytes[…end)` ends inside it, -2 when it is damaged.
 * Nothing is allocated.
 */
export function checkRecord(bytes: Uint8Array, offset: number, end: number): number {
  if (offset + RECORD_OVERHEAD_BYTES > end) return -1;
  const length = readUint32(bytes, offset);
  const kind = bytes[offset + 4]!;
  if (length > MAX_RECORD_BYTES || kind === 0 || kind >= KINDS.length) return -2;
  const crcAt = offset + RECORD_HEADER_BYTES + length;
  if (crcAt + 4 > end) return -1;
  return crc32c(bytes, offset, crcAt) === readUint32(bytes, crcAt) ? crcAt + 4 : -2;
}

export function recordKind(bytes: Uint8Array, offset: number): RecordKind {
  return KINDS[bytes[offset + 4]!] ?? 'note';
}

export function recordArrivalUs(bytes: Uint8Array, offset: number): number {
  return readUint32(bytes, offset + 9) * TWO_POW_32 + readUint32(bytes, offset + 5);
}

function writeUint32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value;
  bytes[offset + 1] = value >>> 8;
  bytes[offset + 2] = value >>> 16;
  bytes[offset + 3] = value >>> 24;
}

function readUint32(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24)) >>> 0;
}
