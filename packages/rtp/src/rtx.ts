import { parseRtpPacket } from './rtp-packet.ts';

/**
 * Returns the packet that an RTX packet repeats, as a fresh buffer: original sequence number, payload type and SSRC put back, padding
 * removed. Null when there is none inside (padding-only probes) or the bytes are malformed.
 * @see RFC 4588 §4
 */
export function restoreRtx(bytes: Uint8Array, associatedPayloadType: number, mediaSsrc: number): Uint8Array | null {
  const packet = parseRtpPacket(bytes);
  if (packet === null || packet.payload.length < 2) return null;
  const headerBytes = packet.payload.byteOffset - bytes.byteOffset;
  const restored = new Uint8Array(headerBytes + packet.payload.length - 2);
  restored.set(bytes.subarray(0, headerBytes));
  restored.set(packet.payload.subarray(2), headerBytes);
  restored[0] = bytes[0]! & ~0x20;
  restored[1] = (bytes[1]! & 0x80) | (associatedPayloadType & 0x7f);
  restored[2] = packet.payload[0]!;
  restored[3] = packet.payload[1]!;
  new DataView(restored.buffer).setUint32(8, mediaSsrc);
  return restored;
}
