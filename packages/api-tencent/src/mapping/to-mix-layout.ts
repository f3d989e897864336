import { mixCodes } from '../parameters/code-style.ts';
import type { MixCall, Preset } from '../parameters/mix-schemas.ts';
import { missing, outOfRange } from '../parameters/read-parameters.ts';
import type { Size } from './check-inside.ts';

/** RenderMode of the legacy mix: 0 crop, 1 scale, 2 scale over black. */
const fits = ['cover', 'contain', 'contain'] as const;
/** Windows of the legacy templates. */
const mostWindows = 16;
type LayoutParams = MixCall['LayoutParams'];

/**
 * The native layout of a legacy mix, as a request spells it. Its templates are the vendor's: 0 floating, 1 nine-grid, 2 screen share, 3 picture in picture, 4 custom.
 *
 * @throws {TencentError} with the code of the parameter at fault.
 */
export function toMixLayout({ EncodeParams, LayoutParams }: MixCall, canvas: Size): Record<string, unknown> {
  const look = lookOf(EncodeParams, LayoutParams, canvas);
  const { Template = 0, RenderMode, MainVideoRightAlign } = LayoutParams;
  const fit = RenderMode === undefined ? (Template === 2 ? {} : { fit: 'cover' }) : { fit: fits[RenderMode] };
  const bars = RenderMode === 2 ? { tileBackground: { color: '#000000' } } : {};
  const template = { ...look, ...fit, ...bars, ...holds(LayoutParams, Template), maxTiles: mostWindows };
  if (Template === 0) return { name: 'floating', ...template, ...mainOf(LayoutParams) };
  if (Template === 1) return { name: 'grid', cells: 'nine-grid', ...template };
  if (Template === 2)
    return {
      name: 'screen-share',
      ...template,
      ...mainOf(LayoutParams),
      align: MainVideoRightAlign === 1 ? 'right' : 'left',
      withoutShare: 'column',
    };
  const tiles = Template === 3 ? pictureInPicture(LayoutParams, canvas) : presets(LayoutParams, canvas);
  return { name: 'custom', unit: 'pixel', ...look, showAudioOnly: true, tiles };
}

/** Whether somebody without a picture holds a window; by default everywhere but beside a shared screen. */
function holds({ PureAudioHoldPlaceMode = 0 }: LayoutParams, template: number) {
  return { showAudioOnly: PureAudioHoldPlaceMode === 0 ? template !== 2 : PureAudioHoldPlaceMode === 1 };
}

const sourceOf = (streamType: number | undefined) => (streamType === 1 ? 'screen' : 'camera');

function mainOf({ MainVideoUserId = '', MainVideoStreamType }: LayoutParams) {
  return MainVideoUserId === '' ? {} : { main: { identity: MainVideoUserId, source: sourceOf(MainVideoStreamType) } };
}

function lookOf(encode: MixCall['EncodeParams'], layout: LayoutParams, canvas: Size): Record<string, unknown> {
  const color = `#${(encode.BackgroundColor ?? 0).toString(16).padStart(6, '0')}`;
  const url = encode.BackgroundImageUrl ?? '';
  const mark = layout.WaterMarkParams;
  const isMarked = mark?.WaterMarkUrl !== undefined && mark.WaterMarkUrl !== '' && mark.WaterMarkWidth > 0 && mark.WaterMarkHeight > 0;
  if (mark !== undefined && (mark.LocationX + mark.WaterMarkWidth > canvas.width || mark.LocationY + mark.WaterMarkHeight > canvas.height))
    throw outOfRange(mixCodes, 'LayoutParams.WaterMarkParams', 'must lie inside the canvas');
  return {
    background: url === '' ? { color } : { color, image: { url, fit: 'cover' } },
    placeholder: { color, text: 'none' },
    ...(isMarked && {
      watermarks: [
        {
          ...{ type: 'image', url: mark.WaterMarkUrl, fit: 'fill', x: mark.LocationX, y: mark.LocationY },
          ...{ width: Math.max(2, mark.WaterMarkWidth), height: Math.max(2, mark.WaterMarkHeight) },
        },
      ],
    }),
  };
}

function pictureInPicture(layout: LayoutParams, canvas: Size): readonly object[] {
  const { MainVideoUserId = '', MainVideoStreamType, SmallVideoLayoutParams: small, RenderMode = 0 } = layout;
  if (small === undefined) throw missing(mixCodes, 'LayoutParams.SmallVideoLayoutParams');
  const own = MainVideoUserId === '' ? {} : { identity: MainVideoUserId };
  const big = { ...own, source: sourceOf(MainVideoStreamType), x: 0, y: 0, ...canvas, z: 0, fit: fits[RenderMode] };
  return [big, ...tile({ ...small, ZOrder: 1, RenderMode }, 'LayoutParams.SmallVideoLayoutParams', canvas)];
}

function presets({ PresetLayoutConfig = [] }: LayoutParams, canvas: Size): readonly object[] {
  if (PresetLayoutConfig.length === 0) throw missing(mixCodes, 'LayoutParams.PresetLayoutConfig');
  const tiles = PresetLayoutConfig.flatMap((preset, index) => tile(preset, `LayoutParams.PresetLayoutConfig.${index}`, canvas));
  if (tiles.length === 0) throw outOfRange(mixCodes, 'LayoutParams.PresetLayoutConfig', 'must have a window with a width and a height');
  return tiles;
}

/** No tile for who is only heard, and for a window without width or height. */
function tile(preset: Preset, path: string, canvas: Size): readonly object[] {
  const { UserId = '', StreamType, ImageWidth = 0, ImageHeight = 0, LocationX = 0, LocationY = 0, ZOrder = 0, RenderMode = 0 } = preset;
  if (LocationX + ImageWidth > canvas.width || LocationY + ImageHeight > canvas.height)
    throw outOfRange(mixCodes, path, `must lie inside the canvas of ${canvas.width} by ${canvas.height} pixels`);
  if (preset.MixInputType === 2 || ImageWidth === 0 || ImageHeight === 0) return [];
  const place = { x: LocationX, y: LocationY, width: ImageWidth, height: ImageHeight, z: ZOrder, fit: fits[RenderMode] };
  const bars = RenderMode === 2 ? { background: { color: '#000000' } } : {};
  return [{ ...place, ...bars, ...(UserId !== '' && { identity: UserId }), source: sourceOf(StreamType) }];
}
