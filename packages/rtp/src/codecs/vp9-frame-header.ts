import { BitReader } from '../bit-reader.ts';

const SYNC_CODE = 0x49_83_42;
const COLOR_SPACE_RGB = 7;

/** First part of a VP9 uncompressed header. Width and height are pixels, 0 unless `isKeyframe`. */
export interface Vp9FrameHeader {
  readonly isKeyframe: boolean;
  /**
   * False when a decoder may go without the frame: it replaces none of the eight reference slots and is error resilient. Another one leaves its motion vectors and
   * probabilities to the next frame, whether that refers to it or not.
   */
  readonly isReference: boolean;
  readonly width: number;
  readonly height: number;
}

/** Decodes the start of one VP9 frame; null when it is malformed. @see VP9 bitstream specification §6.2, §7.2 (UsePrevFrameMvs, refresh_frame_context) */
export function parseVp9FrameHeader(data: Uint8Array): Vp9FrameHeader | null {
  const reader = new BitReader(data.length > 32 ? data.subarray(0, 32) : data);
  if (reader.bits(2) !== 2) return null;
  const profile = reader.bit() | (reader.bit() << 1);
  if (profile === 3) reader.skip(1);
  if (reader.flag()) return { isKeyframe: false, isReference: false, width: 0, height: 0 };
  const isKeyframe = !reader.flag();
  const isShown = reader.flag();
  const isErrorResilient = reader.flag();
  if (isKeyframe) return parseKeyframe(reader, profile);
  const isIntraOnly = isShown ? false : reader.flag();
  if (!isErrorResilient) reader.skip(2);
  if (isIntraOnly) {
    if (reader.bits(24) !== SYNC_CODE) return null;
    if (profile > 0) skipColorConfig(reader, profile);
  }
  const refreshed = reader.bits(8);
  return reader.isExhausted ? null : { isKeyframe: false, isReference: refreshed !== 0 || !isErrorResilient, width: 0, height: 0 };
}

function parseKeyframe(reader: BitReader, profile: number): Vp9FrameHeader | null {
  if (reader.bits(24) !== SYNC_CODE) return null;
  skipColorConfig(reader, profile);
  const width = reader.bits(16) + 1;
  const height = reader.bits(16) + 1;
  return reader.isExhausted ? null : { isKeyframe: true, isReference: true, width, height };
}

function skipColorConfig(reader: BitReader, profile: number): void {
  if (profile >= 2) reader.skip(1);
  const hasSubsamplingBits = profile === 1 || profile === 3;
  if (reader.bits(3) !== COLOR_SPACE_RGB) {
    reader.skip(1);
    if (hasSubsamplingBits) reader.skip(3);
  } else if (hasSubsamplingBits) {
    reader.skip(1);
  }
}
