import { recordingCodes } from '../parameters/code-style.ts';
import { missing } from '../parameters/read-parameters.ts';
import type { WaterMark } from '../parameters/layout-schemas.ts';
import { checkInside } from './check-inside.ts';
import type { Box, Size } from './check-inside.ts';

/** By the number of the vendor's Pos. */
const positions = ['top-left', 'top-right', 'bottom-left', 'bottom-right', 'top-center', 'bottom-center', 'center'] as const;

/** The text that the vendor takes when FontSize is left out. */
const usualFontPx = 14;

/**
 * Native watermarks of a WaterMarkList, in its order; those without width or height are left out, for nobody would see them.
 *
 * @throws {TencentError} MissingParameter when the object of the type is not there; InvalidParameter.OutOfRange for what leaves the canvas.
 */
export function toWatermarks(list: readonly WaterMark[], canvas: Size): readonly object[] {
  return list.flatMap((mark, index) => toWatermark(mark, `MixLayoutParams.WaterMarkList.${index}`, canvas));
}

function toWatermark(mark: WaterMark, path: string, canvas: Size): readonly object[] {
  const { WaterMarkType = 0, WaterMarkImage: image, WaterMarkChar: text, WaterMarkTimestamp: time } = mark;
  if (WaterMarkType === 0) {
    if (image === undefined) throw missing(recordingCodes, `${path}.WaterMarkImage`);
    checkInside(image, `${path}.WaterMarkImage`, canvas);
    return boxOf(image).map((box) => ({ type: 'image', url: image.WaterMarkUrl, fit: 'fill', ...box }));
  }
  if (WaterMarkType === 1) {
    if (text === undefined) throw missing(recordingCodes, `${path}.WaterMarkChar`);
    checkInside(text, `${path}.WaterMarkChar`, canvas);
    const { Chars, FontSize = usualFontPx, FontColor = '', BackGroundColor = '' } = text;
    const style = {
      fontSize: FontSize,
      color: FontColor === '' ? '#FFFFFF' : FontColor,
      background: BackGroundColor === '' ? null : BackGroundColor,
    };
    return boxOf(text).map((box) => ({ type: 'text', text: Chars, ...style, ...box }));
  }
  if (time === undefined) throw missing(recordingCodes, `${path}.WaterMarkTimestamp`);
  return [{ type: 'timestamp', position: positions[time.Pos], timeZone: offset(time.TimeZone ?? 8) }];
}

/** Pixels; a native box whose numbers are all at most 1 would be read as fractions. */
function boxOf({ Top, Left, Width, Height }: Box): readonly object[] {
  return Width === 0 || Height === 0 ? [] : [{ x: Left, y: Top, width: Math.max(2, Width), height: Math.max(2, Height) }];
}

/** `+08:00` */
function offset(hours: number): string {
  return `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`;
}
