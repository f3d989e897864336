import type { ByteWriter } from '../byte-writer.ts';

/** Element ids, marker bits included. @see RFC 8794, RFC 9559 §5 */
export const ids = {
  ebml: 0x1a45dfa3,
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  muxingApp: 0x4d80,
  writingApp: 0x5741,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  flagLacing: 0x9c,
  language: 0x22b59c,
  codecId: 0x86,
  codecPrivate: 0x63a2,
  codecDelay: 0x56aa,
  seekPreRoll: 0x56bb,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  audio: 0xe1,
  samplingFrequency: 0xb5,
  channels: 0x9f,
  bitDepth: 0x6264,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  cues: 0x1c53bb6b,
  cuePoint: 0xbb,
  cueTime: 0xb3,
  cueTrackPositions: 0xb7,
  cueTrack: 0xf7,
  cueClusterPosition: 0xf1,
  void: 0xec,
} as const;

export function idBytes(id: number): number[] {
  const bytes: number[] = [];
  for (let rest = id; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest & 255);
  return bytes;
}

/** Size in eight bytes, so that it can be changed in place. */
export function longSize(out: ByteWriter, size: number): void {
  out
    .u8(1)
    .u24(Math.floor(size / 2 ** 32))
    .u32(size % 2 ** 32);
}

/** A master element with what `body` writes; its size takes four bytes. */
export function master(out: ByteWriter, id: number, body: () => void): void {
  out.bytes(idBytes(id));
  const at = out.length;
  out.u32(0);
  body();
  out.patchU32(at, 0x10000000 + (out.length - at - 4));
}

export function uint(out: ByteWriter, id: number, value: number): void {
  const bytes = value === 0 ? [0] : idBytes(value);
  out
    .bytes(idBytes(id))
    .u8(0x80 | bytes.length)
    .bytes(bytes);
}

export function float(out: ByteWriter, id: number, value: number): void {
  out.bytes(idBytes(id)).u8(0x88).f64(value);
}

export function text(out: ByteWriter, id: number, value: string): void {
  binary(out, id, new TextEncoder().encode(value));
}

/** Fewer than 2^14 − 1 bytes. */
export function binary(out: ByteWriter, id: number, value: Uint8Array): void {
  out
    .bytes(idBytes(id))
    .u16(0x4000 | value.length)
    .bytes(value);
}

/** A Void element of `totalBytes` (≥ 9), header included, that begins with `content`. */
export function voidElement(out: ByteWriter, totalBytes: number, content: Uint8Array = new Uint8Array(0)): void {
  out.u8(ids.void);
  longSize(out, totalBytes - 9);
  out.bytes(content).zeros(totalBytes - 9 - content.length);
}

/** An element inside a buffer. `body` is a view. */
export interface ElementView {
  readonly id: number;
  /** Offset of the first byte of the id. */
  readonly offset: number;
  readonly headerBytes: number;
  /** Of the body; −1: unknown. */
  readonly sizeBytes: number;
}

/** Element header at `at`, or null when the bytes end before it does or are none. */
export function readHeader(bytes: Uint8Array, at: number): ElementView | null {
  const idLength = Math.clz32(bytes[at] ?? 0) - 23;
  if (idLength > 4 || at + idLength >= bytes.length) return null;
  let id = 0;
  for (let i = 0; i < idLength; i++) id = id * 256 + bytes[at + i]!;
  const first = bytes[at + idLength]!;
  const sizeLength = Math.clz32(first) - 23;
  if (sizeLength > 8 || at + idLength + sizeLength > bytes.length) return null;
  let size = first & (255 >> sizeLength);
  let isUnknown = size === 255 >> sizeLength;
  for (let i = 1; i < sizeLength; i++) {
    const byte = bytes[at + idLength + i]!;
    size = size * 256 + byte;
    isUnknown &&= byte === 255;
  }
  return { id, offset: at, headerBytes: idLength + sizeLength, sizeBytes: isUnknown ? -1 : size };
}

/** Children that lie whole inside `bytes`, each with its body (a view). */
export function* readElements(
  bytes: Uint8Array,
  from = 0,
): Generator<{ readonly id: number; readonly offset: number; readonly body: Uint8Array }> {
  for (let at = from; at < bytes.length;) {
    const header = readHeader(bytes, at);
    if (header === null || header.sizeBytes < 0) return;
    const start = at + header.headerBytes;
    const end = start + header.sizeBytes;
    if (end > bytes.length) return;
    yield { id: header.id, offset: at, body: bytes.subarray(start, end) };
    at = end;
  }
}

export function readUint(body: Uint8Array): number {
  let value = 0;
  for (const byte of body) value = value * 256 + byte;
  return value;
}
