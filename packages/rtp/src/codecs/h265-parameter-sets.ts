import { BitReader } from '../bit-reader.ts';
import { unescapeRbsp } from './annex-b.ts';
import { decodeBase64 } from './h264-parameter-sets.ts';

/** Returns the cropped picture size of an H.265 SPS NAL unit (both header bytes included), or null when it is malformed. @see ITU-T H.265 §7.3.2.2.1 */
export function parseH265PictureSize(sps: Uint8Array): { readonly width: number; readonly height: number } | null {
  const reader = new BitReader(unescapeRbsp(sps.subarray(2)));
  reader.skip(4);
  const maxSubLayersMinus1 = reader.bits(3);
  reader.skip(1);
  skipProfileTierLevel(reader, maxSubLayersMinus1);
  reader.exponentialGolomb();
  const chromaFormat = reader.exponentialGolomb();
  if (chromaFormat === 3) reader.skip(1);
  const codedWidth = reader.exponentialGolomb();
  const codedHeight = reader.exponentialGolomb();
  const crop = reader.flag()
    ? [reader.exponentialGolomb(), reader.exponentialGolomb(), reader.exponentialGolomb(), reader.exponentialGolomb()]
    : [0, 0, 0, 0];
  const width = codedWidth - (crop[0]! + crop[1]!) * (chromaFormat === 1 || chromaFormat === 2 ? 2 : 1);
  const height = codedHeight - (crop[2]! + crop[3]!) * (chromaFormat === 1 ? 2 : 1);
  return reader.isExhausted || width <= 0 || height <= 0 || width > 16_384 || height > 16_384 ? null : { width, height };
}

/** profile_tier_level(1, maxSubLayersMinus1). @see ITU-T H.265 §7.3.3 */
function skipProfileTierLevel(reader: BitReader, maxSubLayersMinus1: number): void {
  reader.skip(96);
  if (maxSubLayersMinus1 === 0) return;
  const flags = reader.bits(16);
  for (let layer = 0; layer < maxSubLayersMinus1; layer++) {
    if ((flags >> (15 - 2 * layer)) & 1) reader.skip(88);
    if ((flags >> (14 - 2 * layer)) & 1) reader.skip(8);
  }
}

/** Returns the raw VPS, SPS and PPS of an H.265 `a=fmtp` value, in that order. @see RFC 7798 §7.1 (sprop-vps, sprop-sps, sprop-pps) */
export function parseSpropVpsSpsPps(fmtp: string): readonly Uint8Array[] {
  return ['vps', 'sps', 'pps'].flatMap((kind) => {
    const list = new RegExp(`(?:^|[;\\s])sprop-${kind}=([^;\\s]+)`, 'i').exec(fmtp)?.[1] ?? '';
    return list
      .split(',')
      .map(decodeBase64)
      .filter((nal) => nal.length > 2);
  });
}
