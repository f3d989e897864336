import type { RtpPacket } from './types.ts';

const FIXED_HEADER_BYTES = 12;
const ONE_BYTE_PROFILE = 0xbede;
const TWO_BYTE_PROFILE = 0x1000;

/** Packet over the caller's bytes; extensions are looked up only when asked for. */
class RtpPacketView implements RtpPacket {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Uint8Array;
  readonly #bytes: Uint8Array;
  readonly #extensionStart: number;
  readonly #extensionEnd: number;

  constructor(bytes: Uint8Array, payloadStart: number, payloadEnd: number, extensionStart: number) {
    this.payloadType = bytes[1]! & 0x7f;
    this.marker = bytes[1]! >= 0x80;
    this.sequenceNumber = (bytes[2]! << 8) | bytes[3]!;
    this.timestamp = readUint32(bytes, 4);
    this.ssrc = readUint32(bytes, 8);
    this.payload = bytes.subarray(payloadStart, payloadEnd);
    this.#bytes = bytes;
    this.#extensionStart = extensionStart;
    this.#extensionEnd = extensionStart === 0 ? 0 : payloadStart;
  }

  extension(id: number): Uint8Array | null {
    if (this.#extensionStart === 0) return null;
    const profile = (this.#bytes[this.#extensionStart]! << 8) | this.#bytes[this.#extensionStart + 1]!;
    const first = this.#extensionStart + 4;
    if (profile === ONE_BYTE_PROFILE) return findOneByte(this.#bytes, first, this.#extensionEnd, id);
    if ((profile & 0xfff0) === TWO_BYTE_PROFILE) return findTwoByte(this.#bytes, first, this.#extensionEnd, id);
    return null;
  }

  detach(): RtpPacket {
    const bytes = this.#bytes.slice();
    const payloadStart = this.payload.byteOffset - this.#bytes.byteOffset;
    return new RtpPacketView(bytes, payloadStart, payloadStart + this.payload.length, this.#extensionStart);
  }
}

/**
 * Decodes one RTP packet, or returns null when the bytes are not a well-formed one; never throws.
 *
 * Nothing is copied: `payload` and extension values are views into `bytes`.
 *
 * ```
 *  0                   1                   2                   3
 * |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 * |                           timestamp                           |
 * |                             SSRC                              |
 * ```
 * @see RFC 3550 §5.1, RFC 8285
 */
export function parseRtpPacket(bytes: Uint8Array): RtpPacket | null {
  const length = bytes.length;
  if (length < FIXED_HEADER_BYTES) return null;
  const first = bytes[0]!;
  if (first >> 6 !== 2) return null;
  let offset = FIXED_HEADER_BYTES + (first & 0x0f) * 4;
  let extensionStart = 0;
  if ((first & 0x10) !== 0) {
    if (offset + 4 > length) return null;
    extensionStart = offset;
    offset += 4 + ((bytes[offset + 2]! << 8) | bytes[offset + 3]!) * 4;
  }
  let end = length;
  if ((first & 0x20) !== 0) {
    const paddingBytes = bytes[length - 1]!;
    if (paddingBytes === 0) return null;
    end -= paddingBytes;
  }
  if (offset > end) return null;
  return new RtpPacketView(bytes, offset, end, extensionStart);
}

/** Returns a packet equal to `packet` that owns its bytes, so that it may outlive the buffer it was read from. */
export function detachRtpPacket(packet: RtpPacket): RtpPacket {
  if (packet instanceof RtpPacketView) return packet.detach();
  return { ...packet, payload: packet.payload.slice(), extension: (id) => packet.extension(id) };
}

/** True when the bytes of a muxed RTP/RTCP flow are RTCP by their second byte. @see RFC 5761 §4 */
export function isRtcp(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[1]! >= 192 && bytes[1]! <= 223;
}

/** What {@link buildRtpPacket} writes; everything but the payload is a header field of RFC 3550 §5.1. */
export interface RtpPacketFields {
  readonly payloadType: number;
  readonly marker?: boolean;
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Uint8Array;
  /** Ids 1…14 with 1…16 bytes use the one-byte form; anything longer or higher switches the packet to the two-byte form. */
  readonly extensions?: readonly { readonly id: number; readonly value: Uint8Array }[];
}

/**
 * Returns a fresh buffer with the packet as it goes on the wire. Sequence number and timestamp are taken modulo 2^16 and 2^32.
 * @see RFC 3550 §5.1, RFC 8285 §4
 */
export function buildRtpPacket(fields: RtpPacketFields): Uint8Array {
  const extension = buildExtensions(fields.extensions ?? []);
  const bytes = new Uint8Array(FIXED_HEADER_BYTES + extension.length + fields.payload.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = 0x80 | (extension.length > 0 ? 0x10 : 0);
  bytes[1] = (fields.marker === true ? 0x80 : 0) | (fields.payloadType & 0x7f);
  view.setUint16(2, fields.sequenceNumber);
  view.setUint32(4, fields.timestamp);
  view.setUint32(8, fields.ssrc);
  bytes.set(extension, FIXED_HEADER_BYTES);
  bytes.set(fields.payload, FIXED_HEADER_BYTES + extension.length);
  return bytes;
}

function buildExtensions(extensions: NonNullable<RtpPacketFields['extensions']>): Uint8Array {
  if (extensions.length === 0) return new Uint8Array(0);
  const fitsOneByte = extensions.every(({ id, value }) => id <= 14 && value.length >= 1 && value.length <= 16);
  const body: number[] = [];
  for (const { id, value } of extensions) {
    if (fitsOneByte) body.push((id << 4) | (value.length - 1), ...value);
    else body.push(id, value.length, ...value);
  }
  while (body.length % 4 !== 0) body.push(0);
  const profile = fitsOneByte ? ONE_BYTE_PROFILE : TWO_BYTE_PROFILE;
  const words = body.length / 4;
  return Uint8Array.from([profile >> 8, profile & 0xff, words >> 8, words & 0xff, ...body]);
}

function findOneByte(bytes: Uint8Array, start: number, end: number, wanted: number): Uint8Array | null {
  let offset = start;
  while (offset < end) {
    const id = bytes[offset]! >> 4;
    if (id === 0) {
      offset++;
      continue;
    }
    // Id 15 is reserved: everything after it must be ignored (RFC 8285 §4.2).
    if (id === 15) return null;
    const valueEnd = offset + 2 + (bytes[offset]! & 0x0f);
    if (valueEnd > end) return null;
    if (id === wanted) return bytes.subarray(offset + 1, valueEnd);
    offset = valueEnd;
  }
  return null;
}

function findTwoByte(bytes: Uint8Array, start: number, end: number, wanted: number): Uint8Array | null {
  let offset = start;
  while (offset < end) {
    const id = bytes[offset]!;
    if (id === 0) {
      offset++;
      continue;
    }
    if (offset + 2 > end) return null;
    const valueEnd = offset + 2 + bytes[offset + 1]!;
    if (valueEnd > end) return null;
    if (id === wanted) return bytes.subarray(offset + 2, valueEnd);
    offset = valueEnd;
  }
  return null;
}

function readUint32(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!) >>> 0;
}
