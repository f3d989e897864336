import { buildRed } from '@tapedeck/rtp';

/** Returns the RTP payload of one Opus packet: itself. @see RFC 7587 §4.2 */
export function packetizeAudio(opusPacket: Uint8Array): Uint8Array {
  return opusPacket;
}

/** Returns a fresh RED payload: `redundant` packets oldest first, then the primary. @throws {RangeError} if a redundant one is too long or too old for RED. @see RFC 2198 §3 */
export function packetizeRed(
  opusPayloadType: number,
  primary: Uint8Array,
  redundant: readonly { readonly data: Uint8Array; readonly ticksBack: number }[],
): Uint8Array {
  const blocks = redundant.map(({ data, ticksBack }) => ({ payloadType: opusPayloadType, payload: data, timestampOffset: ticksBack }));
  return buildRed({ payloadType: opusPayloadType, payload: primary }, blocks);
}
