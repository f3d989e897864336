import { BitReader } from '../bit-reader.ts';
import { unescapeRbsp } from './annex-b.ts';

const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/** Returns the cropped picture size of an H.264 SPS NAL unit (header byte included), or null when it is malformed. @see ITU-T H.264 §7.3.2.1.1 */
export function parseH264PictureSize(sps: Uint8Array): { readonly width: number; readonly height: number } | null {
  const reader = new BitReader(unescapeRbsp(sps.subarray(1)));
  const profile = reader.bits(8);
  reader.skip(16);
  reader.exponentialGolomb();
  let chromaFormat = 1;
  if (HIGH_PROFILES.has(profile)) {
    chromaFormat = reader.exponentialGolomb();
    if (chromaFormat === 3) reader.skip(1);
    reader.exponentialGolomb();
    reader.exponentialGolomb();
    reader.skip(1);
    if (reader.flag()) skipScalingMatrix(reader, chromaFormat === 3 ? 12 : 8);
  }
  reader.exponentialGolomb();
  skipPictureOrderCount(reader);
  reader.exponentialGolomb();
  reader.skip(1);
  const widthInMacroblocks = reader.exponentialGolomb() + 1;
  const heightInMapUnits = reader.exponentialGolomb() + 1;
  const isFrameOnly = reader.flag();
  if (!isFrameOnly) reader.skip(1);
  reader.skip(1);
  const crop = reader.flag()
    ? [reader.exponentialGolomb(), reader.exponentialGolomb(), reader.exponentialGolomb(), reader.exponentialGolomb()]
    : [0, 0, 0, 0];
  const cropX = chromaFormat === 1 || chromaFormat === 2 ? 2 : 1;
  const cropY = (chromaFormat === 1 ? 2 : 1) * (isFrameOnly ? 1 : 2);
  const width = widthInMacroblocks * 16 - (crop[0]! + crop[1]!) * cropX;
  const height = heightInMapUnits * 16 * (isFrameOnly ? 1 : 2) - (crop[2]! + crop[3]!) * cropY;
  return reader.isExhausted || width <= 0 || height <= 0 || width > 16_384 || height > 16_384 ? null : { width, height };
}

function skipScalingMatrix(reader: BitReader, lists: number): void {
  for (let list = 0; list < lists; list++) {
    if (!reader.flag()) continue;
    let last = 8;
    let next = 8;
    for (let index = 0; index < (list < 6 ? 16 : 64) && !reader.isExhausted; index++) {
      if (next !== 0) next = (last + reader.signedExponentialGolomb()) & 0xff;
      last = next === 0 ? last : next;
    }
  }
}

function skipPictureOrderCount(reader: BitReader): void {
  const type = reader.exponentialGolomb();
  if (type === 0) {
    reader.exponentialGolomb();
  } else if (type === 1) {
    reader.skip(1);
    reader.exponentialGolomb();
    reader.exponentialGolomb();
    const cycle = reader.exponentialGolomb();
    for (let index = 0; index < cycle && !reader.isExhausted; index++) reader.exponentialGolomb();
  }
}

/** Returns the raw parameter sets of an H.264 `a=fmtp` value, in order. @see RFC 6184 §8.1 (sprop-parameter-sets) */
export function parseSpropParameterSets(fmtp: string): readonly Uint8Array[] {
  const list = /(?:^|[;\s])sprop-parameter-sets=([^;\s]+)/i.exec(fmtp)?.[1] ?? '';
  return list
    .split(',')
    .map(decodeBase64)
    .filter((nal) => nal.length > 0);
}

/** Returns the bytes of base64 text; empty for text that is not base64. */
export function decodeBase64(text: string): Uint8Array {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.replace(/=+$/, '').length % 4 === 1) return new Uint8Array(0);
  return Uint8Array.from(atob(text.replace(/=+$/, '')), (character) => character.charCodeAt(0));
}
