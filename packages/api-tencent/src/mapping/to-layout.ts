import { outOfRange, missing } from '../parameters/read-parameters.ts';
import { recordingCodes } from '../parameters/code-style.ts';
import type { MixLayout, MixLayoutParams } from '../parameters/layout-schemas.ts';
import { checkInside } from './check-inside.ts';
import type { Size } from './check-inside.ts';
import { toWatermarks } from './to-watermarks.ts';

/** RenderMode of the vendor: 0 stretch, 1 crop, 2 whole picture, 3 crop up to a fifth. */
const fits = ['fill', 'cover', 'contain', 'smart'] as const;

/**
 * The native layout (as a request spells it) of MixLayoutParams; nine-grid when there are none. Positions of modes 1 to 3 are those of the vendor's documents, which
 * `packages/layout` computes under the names `floating`, `screen-share` and `grid` with `cells: nine-grid`.
 *
 * @throws {TencentError} InvalidParameter.OutOfRange for what leaves the canvas, MissingParameter for what the mode needs.
 */
export function toLayout(params: MixLayoutParams | undefined, canvas: Size): Record<string, unknown> {
  const given: MixLayoutParams = params ?? { MixLayoutMode: 3 };
  const look = lookOf(given, canvas);
  switch (given.MixLayoutMode) {
    case 1:
      return { name: 'floating', ...look, ...people(given), ...fitOf(given, 'cover'), ...mainOf(given) };
    case 2:
      return {
        name: 'screen-share',
        ...{ ...look, ...people(given), ...fitOf(given, null), ...mainOf(given) },
        align: given.MaxResolutionUserAlign === 1 ? 'right' : 'left',
        withoutShare: 'column', // the large window shows the background colour while nobody is named for it
      };
    case 3:
      return { name: 'grid', cells: 'nine-grid', ...look, ...people(given), ...fitOf(given, 'cover') };
    default:
      return { name: 'custom', unit: 'pixel', ...look, showAudioOnly: true, tiles: toTiles(given, canvas) };
  }
}

const people = ({ PureAudioDisableLayout }: MixLayoutParams) => ({ showAudioOnly: PureAudioDisableLayout !== true });

const fitOf = ({ RenderMode }: MixLayoutParams, usual: string | null) => {
  const fit = RenderMode === undefined ? usual : fits[RenderMode];
  return fit === null || fit === undefined ? {} : { fit };
};

function mainOf({ MaxResolutionUserId = '', MediaId }: MixLayoutParams) {
  return MaxResolutionUserId === '' ? {} : { main: { identity: MaxResolutionUserId, source: MediaId === 1 ? 'screen' : 'camera' } };
}

/** What every mode shares: backgrounds, placeholder, watermarks. */
function lookOf(given: MixLayoutParams, canvas: Size): Record<string, unknown> {
  const color = textOf(given.BackGroundColor) ?? '#000000';
  const url = textOf(given.BackgroundImageUrl);
  const fit = fits[given.BackgroundImageRenderMode ?? 1];
  const marks = toWatermarks(given.WaterMarkList ?? [], canvas);
  return {
    background: url === null ? { color } : { color, image: { url, fit } },
    placeholder: placeholderOf(textOf(given.DefaultSubBackgroundImage), color),
    ...(marks.length > 0 && { watermarks: marks }),
  };
}

/** The vendor writes no initials: without an image a window without a picture shows the background. */
const placeholderOf = (url: string | null, color: string) =>
  url === null ? { color, text: 'none' } : { color, image: { url }, text: 'none' };

const textOf = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text);

function toTiles(given: MixLayoutParams, canvas: Size): readonly object[] {
  const list = given.MixLayoutList ?? [];
  if (list.length === 0) throw missing(recordingCodes, 'MixLayoutParams.MixLayoutList');
  const layers = [...new Set(list.map(({ ImageLayer = 0 }) => ImageLayer))].sort((a, b) => a - b);
  list.forEach((tile, index) => checkInside(tile, `MixLayoutParams.MixLayoutList.${index}`, canvas));
  const shown = list.filter(({ Width, Height }) => Width > 0 && Height > 0);
  if (shown.length === 0) throw outOfRange(recordingCodes, 'MixLayoutParams.MixLayoutList', 'must have a window with a width and a height');
  return shown.map((tile) => toTile(tile, given, layers.indexOf(tile.ImageLayer ?? 0)));
}

function toTile(tile: MixLayout, given: MixLayoutParams, z: number): object {
  const { Top, Left, Width, Height, UserId = '', Alpha = 0, RenderMode = 1, MediaId } = tile;
  const url = given.PlaceHolderMode === 1 ? (textOf(tile.SubBackgroundImage) ?? textOf(given.DefaultSubBackgroundImage)) : null;
  return {
    ...{ x: Left, y: Top, width: Width, height: Height, z, fit: fits[RenderMode] ?? 'cover' },
    ...(UserId !== '' && { identity: UserId }),
    source: MediaId === 1 ? 'screen' : 'camera',
    ...(Alpha > 0 && { opacity: (255 - Alpha) / 255 }),
    ...(url !== null && { placeholder: placeholderOf(url, textOf(given.BackGroundColor) ?? '#000000') }),
  };
}
