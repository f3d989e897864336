import { sniffAv1 } from './codecs/av1-obu.ts';
import { nalUnits } from './codecs/annex-b.ts';
import { parseH264PictureSize } from './codecs/h264-parameter-sets.ts';
import { parseH265PictureSize } from './codecs/h265-parameter-sets.ts';
import { parseVp9FrameHeader } from './codecs/vp9-frame-header.ts';
import type { Codec } from './types.ts';

/** What the bytes of a frame say about it. Size in pixels, only on keyframes that carry it. */
export interface SniffedFrame {
  readonly isKeyframe: boolean;
  readonly width?: number;
  readonly height?: number;
}

/** Tells from the bytes of one whole frame (format of {@link EncodedFrame}) whether it is a keyframe and how large its picture is. Never throws. */
export function sniffFrame(codec: Codec, data: Uint8Array): SniffedFrame {
  switch (codec) {
    case 'vp8':
      return sniffVp8(data);
    case 'vp9': {
      const header = parseVp9FrameHeader(data);
      if (header === null || !header.isKeyframe) return { isKeyframe: false };
      return { isKeyframe: true, width: header.width, height: header.height };
    }
    case 'av1':
      return sniffAv1(data);
    case 'h264':
      return sniffNals(
        data,
        (nal) => nal[0]! & 0x1f,
        (type) => type === 5,
        7,
        parseH264PictureSize,
      );
    case 'h265':
      return sniffNals(
        data,
        (nal) => (nal[0]! >> 1) & 0x3f,
        (type) => type >= 16 && type <= 23,
        33,
        parseH265PictureSize,
      );
    default:
      return { isKeyframe: true };
  }
}

/** Frame tag, start code 9d 01 2a, then 14 bits of width and of height. @see RFC 6386 §9.1 */
function sniffVp8(data: Uint8Array): SniffedFrame {
  if (data.length < 10 || (data[0]! & 1) !== 0) return { isKeyframe: false };
  if (data[3] !== 0x9d || data[4] !== 0x01 || data[5] !== 0x2a) return { isKeyframe: false };
  return { isKeyframe: true, width: data[6]! | ((data[7]! & 0x3f) << 8), height: data[8]! | ((data[9]! & 0x3f) << 8) };
}

function sniffNals(
  data: Uint8Array,
  typeOf: (nal: Uint8Array) => number,
  isKey: (type: number) => boolean,
  spsType: number,
  parseSize: (sps: Uint8Array) => { readonly width: number; readonly height: number } | null,
): SniffedFrame {
  let isKeyframe = false;
  let size: { readonly width: number; readonly height: number } | null = null;
  for (const nal of nalUnits(data)) {
    if (nal.length === 0) continue;
    const type = typeOf(nal);
    isKeyframe ||= isKey(type);
    if (type === spsType) size ??= parseSize(nal);
  }
  return isKeyframe ? { isKeyframe, ...size } : { isKeyframe };
}
