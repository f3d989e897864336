import type { Codec } from './types.ts';

/**
 * Whether an RTP payload (`bytes` from `offset` on) begins a keyframe, from its first bytes alone: enough to stop asking for one while a call runs; the depacketizer's `isKeyframe` is the exact answer. False for
 * audio, for later packets of a keyframe, and for what is too short to tell. Allocates nothing and never throws.
 *
 * @see RFC 7741 §4 (VP8), RFC 9628 §4 (VP9), RFC 6184 §5 (H.264), RFC 7798 §4 (H.265), AV1 RTP §4.4
 */
export function startsKeyframe(codec: Codec, bytes: Uint8Array, offset = 0): boolean {
  if (offset + 2 > bytes.length) return false;
  if (codec === 'vp8') return isVp8KeyframeStart(bytes, offset);
  if (codec === 'vp9') return (bytes[offset]! & 0x48) === 0x08; // P = 0, B = 1
  if (codec === 'av1') return (bytes[offset]! & 0x08) !== 0; // N: a new coded video sequence
  if (codec === 'h264') return isH264KeyframeStart(bytes, offset);
  return codec === 'h265' && isH265KeyframeStart(bytes, offset);
}

function isVp8KeyframeStart(bytes: Uint8Array, offset: number): boolean {
  const first = bytes[offset]!;
  if ((first & 0x17) !== 0x10) return false; // S = 1 and partition 0
  let at = offset + 1;
  if ((first & 0x80) !== 0) {
    const extension = bytes[at++] ?? 0;
    if ((extension & 0x80) !== 0) at += ((bytes[at] ?? 0) & 0x80) !== 0 ? 2 : 1;
    if ((extension & 0x40) !== 0) at++;
    if ((extension & 0x30) !== 0) at++;
  }
  return at < bytes.length && (bytes[at]! & 0x01) === 0;
}

function isH264KeyframeStart(bytes: Uint8Array, offset: number): boolean {
  const type = bytes[offset]! & 0x1f;
  if (type === 5 || type === 7) return true;
  if (type === 24) return [5, 7].includes((bytes[offset + 3] ?? 0) & 0x1f);
  return type === 28 && (bytes[offset + 1]! & 0x80) !== 0 && [5, 7].includes(bytes[offset + 1]! & 0x1f);
}

function isH265KeyframeStart(bytes: Uint8Array, offset: number): boolean {
  const isStart = (type: number): boolean => (type >= 16 && type <= 21) || (type >= 32 && type <= 34);
  const type = (bytes[offset]! >> 1) & 0x3f;
  if (type === 48) return isStart(((bytes[offset + 4] ?? 0) >> 1) & 0x3f);
  if (type === 49) return ((bytes[offset + 2] ?? 0) & 0x80) !== 0 && isStart((bytes[offset + 2] ?? 0) & 0x3f);
  return isStart(type);
}
