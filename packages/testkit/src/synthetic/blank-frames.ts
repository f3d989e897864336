/** Payloads of the keyframes with which LiveKit clears a player's picture: 8×8 (VP8) and 2×2 (H.264, a STAP-A). @see pkg/sfu/downtrack.go of livekit-server 1.13 */
export const BLANK_PAYLOADS: Readonly<Record<string, Uint8Array>> = {
  vp8: Buffer.concat([Buffer.from('10', 'hex'), Buffer.from('1002009d012a080008000047088585888584880202000c0d6000feffab5080', 'hex')]),
  h264: aggregate(['6742c01f0fd91f8888840000030004000003 00c83c60c920', '6887cb83cb20', '6588840af2628000a7be']),
};

function aggregate(nals: readonly string[]): Uint8Array {
  const units = nals.map((text) => Buffer.from(text.replaceAll(' ', ''), 'hex'));
  return Buffer.concat([Uint8Array.of(0x18), ...units.flatMap((unit) => [Uint8Array.of(unit.length >> 8, unit.length & 0xff), unit])]);
}
