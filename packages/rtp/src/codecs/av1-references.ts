import { BitReader } from '../bit-reader.ts';

const KEY_FRAME = 0;
const INTRA_ONLY_FRAME = 2;
const SWITCH_FRAME = 3;
/** The choice is made in each frame. */
const SELECT = 2;

/** What of a sequence header decides where the fields of a frame header stand. */
export interface Av1Sequence {
  readonly isReduced: boolean;
  /** 0: frames carry no id. */
  readonly frameIdBits: number;
  readonly screenContentTools: number;
  readonly integerMv: number;
  readonly orderHintBits: number;
}

/** Decodes the part of a sequence header OBU's payload that frame headers depend on; null when it is cut short or has a decoder model (no encoder in calls sends one). @see AV1 bitstream specification §5.5.1 */
export function parseAv1Sequence(payload: Uint8Array): Av1Sequence | null {
  const bits = new BitReader(payload);
  bits.skip(4);
  const isReduced = bits.flag();
  if (isReduced) bits.skip(5);
  else if (!skipOperatingPoints(bits)) return null;
  const widthBits = bits.bits(4) + 1;
  const heightBits = bits.bits(4) + 1;
  bits.skip(widthBits + heightBits);
  let frameIdBits = 0;
  if (!isReduced && bits.flag()) frameIdBits = bits.bits(4) + bits.bits(3) + 3;
  bits.skip(3); // 128×128 superblocks, filter intra, intra edge filter
  if (isReduced) return { isReduced, frameIdBits, screenContentTools: SELECT, integerMv: SELECT, orderHintBits: 0 };
  bits.skip(4); // inter-intra, masked, warped, dual filter
  const hasOrderHint = bits.flag();
  if (hasOrderHint) bits.skip(2);
  const screenContentTools = bits.flag() ? SELECT : bits.bit();
  const integerMv = screenContentTools === 0 || bits.flag() ? SELECT : bits.bit();
  const orderHintBits = hasOrderHint ? bits.bits(3) + 1 : 0;
  return bits.isExhausted ? null : { isReduced, frameIdBits, screenContentTools, integerMv, orderHintBits };
}

/** False when there is a decoder model. */
function skipOperatingPoints(bits: BitReader): boolean {
  if (bits.flag()) {
    bits.skip(64);
    if (bits.flag()) bits.exponentialGolomb();
    if (bits.flag()) return false;
  }
  const hasDisplayDelay = bits.flag();
  const count = bits.bits(5) + 1;
  for (let index = 0; index < count; index++) {
    bits.skip(12);
    if (bits.bits(5) > 7) bits.skip(1);
    if (hasDisplayDelay && bits.flag()) bits.skip(4);
  }
  return true;
}

/**
 * Whether a later frame may refer to this one: it replaces one of the eight reference slots. True when that cannot be told.
 *
 * @param payload Of a frame or frame header OBU.
 * @see AV1 bitstream specification §5.9.2 (refresh_frame_flags)
 */
export function isAv1Reference(payload: Uint8Array, sequence: Av1Sequence | null): boolean {
  if (sequence === null || sequence.isReduced) return true;
  const bits = new BitReader(payload.length > 32 ? payload.subarray(0, 32) : payload);
  if (bits.flag()) return true; // shows an existing frame
  const type = bits.bits(2);
  const isShown = bits.flag();
  if (type === SWITCH_FRAME || (type === KEY_FRAME && isShown)) return true;
  if (!isShown) bits.skip(1); // showable_frame
  const isErrorResilient = bits.flag();
  bits.skip(1); // disable_cdf_update
  const hasScreenContent = sequence.screenContentTools === SELECT ? bits.flag() : sequence.screenContentTools === 1;
  if (hasScreenContent && sequence.integerMv === SELECT) bits.skip(1);
  bits.skip(sequence.frameIdBits + 1 + sequence.orderHintBits); // id, frame_size_override, order hint
  const isIntra = type === KEY_FRAME || type === INTRA_ONLY_FRAME;
  if (!isIntra && !isErrorResilient) bits.skip(3); // primary_ref_frame
  const refreshed = bits.bits(8);
  return bits.isExhausted || refreshed !== 0;
}
