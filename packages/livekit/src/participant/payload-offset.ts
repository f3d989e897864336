/** Offset of the payload in a well-formed RTP packet: after the contributing sources and the header extension; the packet's length when nothing is left. */
export function payloadOffset(bytes: Uint8Array): number {
  let offset = 12 + (bytes[0]! & 0x0f) * 4;
  if ((bytes[0]! & 0x10) !== 0) {
    if (offset + 4 > bytes.length) return bytes.length;
    offset += 4 + ((bytes[offset + 2]! << 8) | bytes[offset + 3]!) * 4;
  }
  return Math.min(offset, bytes.length);
}
