/** One block of a RED payload. `payload` is a view into the RED payload. */
export interface RedBlock {
  readonly payloadType: number;
  /** How much older than the packet's timestamp this block is, in ticks (0 for the primary, at most 16,383). */
  readonly timestampOffset: number;
  readonly isPrimary: boolean;
  readonly payload: Uint8Array;
}

/**
 * Splits a RED payload into its blocks, oldest first, the primary last; null when the lengths do not fit. Never throws.
 *
 * ```
 * |F|   block PT  |  timestamp offset         |   block length    |   F=1: redundant
 * |0|   block PT  |                                                 F=0: primary
 * ```
 * @see RFC 2198 §3
 */
export function splitRed(payload: Uint8Array): readonly RedBlock[] | null {
  let headerEnd = 0;
  while (headerEnd < payload.length && payload[headerEnd]! >= 0x80) headerEnd += 4;
  if (headerEnd >= payload.length) return null;
  const blocks: RedBlock[] = [];
  let start = headerEnd + 1;
  for (let offset = 0; offset < headerEnd; offset += 4) {
    const packed = (payload[offset + 1]! << 16) | (payload[offset + 2]! << 8) | payload[offset + 3]!;
    const end = start + (packed & 0x3ff);
    if (end > payload.length) return null;
    blocks.push({
      payloadType: payload[offset]! & 0x7f,
      timestampOffset: packed >> 10,
      isPrimary: false,
      payload: payload.subarray(start, end),
    });
    start = end;
  }
  blocks.push({ payloadType: payload[headerEnd]! & 0x7f, timestampOffset: 0, isPrimary: true, payload: payload.subarray(start) });
  return blocks;
}

/** Returns a fresh RED payload of `redundant` blocks (oldest first) and the primary. @throws {RangeError} for a block over 1023 bytes or 16,383 ticks. @see RFC 2198 §3 */
export function buildRed(
  primary: Omit<RedBlock, 'isPrimary' | 'timestampOffset'>,
  redundant: readonly Omit<RedBlock, 'isPrimary'>[],
): Uint8Array {
  const sizeBytes = redundant.reduce((sum, block) => sum + 4 + block.payload.length, 1 + primary.payload.length);
  const bytes = new Uint8Array(sizeBytes);
  let header = 0;
  let body = redundant.length * 4 + 1;
  for (const { payloadType, timestampOffset, payload } of redundant) {
    if (payload.length > 1023 || timestampOffset > 16_383)
      throw new RangeError(`RED block of ${payload.length} bytes, ${timestampOffset} ticks back does not fit.`);
    bytes.set(
      [0x80 | payloadType, timestampOffset >> 6, ((timestampOffset & 0x3f) << 2) | (payload.length >> 8), payload.length & 0xff],
      header,
    );
    bytes.set(payload, body);
    header += 4;
    body += payload.length;
  }
  bytes[header] = primary.payloadType & 0x7f;
  bytes.set(primary.payload, body);
  return bytes;
}
