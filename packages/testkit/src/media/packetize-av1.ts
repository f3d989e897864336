import { join, split } from './payload-pieces.ts';

/**
 * Returns the payloads of one temporal unit in low-overhead form: each OBU loses its size field; an OBU that fits goes whole (W = 1), a long one in
 * fragments (Z and Y bits).
 * @see AV1 RTP payload format v1.0 §4.4
 */
export function packetizeAv1(temporalUnit: Uint8Array, isKeyframe: boolean, maxPayloadBytes: number): Uint8Array[] {
  const elements = [...obuElements(temporalUnit)];
  const payloads: Uint8Array[] = [];
  for (const [position, element] of elements.entries()) {
    const pieces = split(element, maxPayloadBytes - 1);
    for (const [index, piece] of pieces.entries()) {
      const isFirstOfSequence = isKeyframe && position === 0 && index === 0;
      const flags = (index > 0 ? 0x80 : 0) | (index < pieces.length - 1 ? 0x40 : 0) | 0x10 | (isFirstOfSequence ? 0x08 : 0);
      payloads.push(join([flags], piece));
    }
  }
  return payloads;
}

/** Yields fresh OBUs without size field, temporal delimiters left out. @see AV1 specification §5.3 */
function* obuElements(temporalUnit: Uint8Array): Generator<Uint8Array> {
  for (let offset = 0; offset < temporalUnit.length;) {
    const first = temporalUnit[offset]!;
    const headBytes = (first & 4) !== 0 ? 2 : 1;
    let at = offset + headBytes;
    let sizeBytes = 0;
    if ((first & 2) === 0) sizeBytes = temporalUnit.length - at;
    else {
      for (let shift = 0, more = true; more; shift += 7) {
        const byte = temporalUnit[at++] ?? 0;
        sizeBytes |= (byte & 0x7f) << shift;
        more = byte >= 0x80;
      }
    }
    const head = headBytes === 2 ? [first & ~2, temporalUnit[offset + 1]!] : [first & ~2];
    if (((first >> 3) & 15) !== 2) yield join(head, temporalUnit.subarray(at, at + sizeBytes));
    offset = at + sizeBytes;
  }
}
