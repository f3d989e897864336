import { BitReader } from './bit-reader.ts';

/** Sequence header OBU (view, header included) of a temporal unit with size fields, or null. @see AV1 §5.3.1 */
export function av1SequenceHeader(unit: Uint8Array): Uint8Array | null {
  for (let at = 0; at < unit.length;) {
    const header = unit[at]!;
    const type = (header >> 3) & 15;
    let next = at + 1 + ((header >> 2) & 1);
    if ((header & 2) === 0) return type === 1 ? unit.subarray(at) : null;
    let size = 0;
    for (let i = 0; i < 5; i++) {
      const byte = unit[next++] ?? 0;
      size += (byte & 127) * 2 ** (7 * i);
      if (byte < 128) break;
    }
    if (type === 1) return unit.subarray(at, next + size);
    at = next + size;
  }
  return null;
}

/** av1C body (also Matroska's CodecPrivate) from a sequence header OBU or a temporal unit that holds one; null without. @see AV1-ISOBMFF §2.3.3 */
export function av1Config(data: Uint8Array): Uint8Array | null {
  if (data[0] === 0x81) return data;
  const obu = av1SequenceHeader(data);
  if (obu === null) return null;
  const facts = parseSequenceHeader(obu);
  const out = new Uint8Array(4 + obu.length);
  out[0] = 0x81;
  out[1] = (facts.profile << 5) | facts.level;
  out[2] =
    (facts.tier << 7) | (facts.highBitDepth << 6) | (facts.twelveBit << 5) | (facts.mono << 4) | (facts.subX << 3) | (facts.subY << 2);
  out.set(obu, 4);
  return out;
}

interface SequenceFacts {
  profile: number;
  level: number;
  tier: number;
  highBitDepth: number;
  twelveBit: number;
  mono: number;
  subX: number;
  subY: number;
}

/** @see AV1 §5.5.1 and §5.5.2 */
function parseSequenceHeader(obu: Uint8Array): SequenceFacts {
  let at = 1 + ((obu[0]! >> 2) & 1);
  if ((obu[0]! & 2) !== 0) {
    while ((obu[at] ?? 0) >= 128) at++;
    at++;
  }
  const bits = new BitReader(obu.subarray(at));
  const profile = bits.bits(3);
  bits.bit();
  const reduced = bits.bit();
  const { level, tier } = reduced === 1 ? { level: bits.bits(5), tier: 0 } : operatingPoint(bits);
  skipFrameTools(bits, reduced);
  return { profile, level, tier, ...colorConfig(bits, profile) };
}

function operatingPoint(bits: BitReader): { level: number; tier: number } {
  let decoderModel = 0;
  let delayLength = 0;
  if (bits.bit() === 1) {
    bits.skip(64);
    if (bits.bit() === 1) bits.ue();
    decoderModel = bits.bit();
    if (decoderModel === 1) {
      delayLength = bits.bits(5) + 1;
      bits.skip(42);
    }
  }
  const initialDelay = bits.bit();
  const count = bits.bits(5) + 1;
  let level = 0;
  let tier = 0;
  for (let i = 0; i < count; i++) {
    bits.skip(12);
    const thisLevel = bits.bits(5);
    const thisTier = thisLevel > 7 ? bits.bit() : 0;
    if (decoderModel === 1 && bits.bit() === 1) bits.skip(2 * delayLength + 1);
    if (initialDelay === 1 && bits.bit() === 1) bits.skip(4);
    if (i === 0) [level, tier] = [thisLevel, thisTier];
  }
  return { level, tier };
}

function skipFrameTools(bits: BitReader, reduced: number): void {
  const widthBits = bits.bits(4) + 1;
  const heightBits = bits.bits(4) + 1;
  bits.skip(widthBits + heightBits);
  if (reduced === 0 && bits.bit() === 1) bits.skip(7);
  bits.skip(3);
  if (reduced === 0) {
    bits.skip(4);
    const orderHint = bits.bit();
    if (orderHint === 1) bits.skip(2);
    const screenContent = bits.bit() === 1 ? 2 : bits.bit();
    if (screenContent > 0 && bits.bit() === 0) bits.bit();
    if (orderHint === 1) bits.skip(3);
  }
  bits.skip(3);
}

function colorConfig(bits: BitReader, profile: number): Pick<SequenceFacts, 'highBitDepth' | 'twelveBit' | 'mono' | 'subX' | 'subY'> {
  const highBitDepth = bits.bit();
  const twelveBit = profile === 2 && highBitDepth === 1 ? bits.bit() : 0;
  const mono = profile === 1 ? 0 : bits.bit();
  let [primaries, transfer, matrix] = [2, 2, 2];
  if (bits.bit() === 1) [primaries, transfer, matrix] = [bits.bits(8), bits.bits(8), bits.bits(8)];
  if (mono === 1) return { highBitDepth, twelveBit, mono, subX: 1, subY: 1 };
  if (primaries === 1 && transfer === 13 && matrix === 0) return { highBitDepth, twelveBit, mono, subX: 0, subY: 0 };
  bits.bit();
  if (profile === 0) return { highBitDepth, twelveBit, mono, subX: 1, subY: 1 };
  if (profile === 1) return { highBitDepth, twelveBit, mono, subX: 0, subY: 0 };
  const subX = twelveBit === 1 ? bits.bit() : 1;
  const subY = twelveBit === 1 && subX === 1 ? bits.bit() : 0;
  return { highBitDepth, twelveBit, mono, subX, subY };
}
