import type { Fit } from '@tapedeck/layout';
import { black, parseColour } from './colour.ts';
import type { YuvColour } from './colour.ts';

/** A picture file that the layout names. `file` is its path in the recording's folder; null: it could not be had. */
export interface PictureRef {
  readonly url: string;
  readonly file: string | null;
  readonly fit: Fit;
}

/** A colour with, perhaps, a picture over it. */
export interface Ground {
  readonly colour: YuvColour;
  readonly image: PictureRef | null;
}

/** Names in the tiles. */
export interface LabelLook {
  readonly fontPx: number | null;
  readonly colour: string;
  readonly background: string | null;
  readonly position: string;
}

/** What stands in for someone without a picture. */
export interface PlaceholderLook {
  readonly colour: YuvColour | null;
  readonly image: PictureRef | null;
  readonly text: 'initials' | 'name' | 'none';
}

/** One watermark as the request says it, with what it left out. */
export interface WatermarkLook {
  readonly type: 'image' | 'text' | 'timestamp';
  readonly text: string;
  readonly image: PictureRef | null;
  /** One of the nine places, or null: at x, y. */
  readonly position: string | null;
  readonly x: number;
  readonly y: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly fontPx: number | null;
  readonly colour: string;
  readonly background: string | null;
  readonly opacity: number;
  readonly timeZone: string;
}

/** Everything about a layout that is not geometry. */
export interface Look {
  readonly background: Ground;
  /** Behind every tile; null: the canvas's background shows in the bars. */
  readonly tileBackground: Ground | null;
  readonly radius: number;
  readonly labels: LabelLook | null;
  readonly placeholder: PlaceholderLook;
  readonly watermarks: readonly WatermarkLook[];
}

type Options = Readonly<Record<string, unknown>>;

/** Reads a layout's options (checked when the request came; what is not understood here is left at its default). */
export function readLook(options: Options): Look {
  const watermarks = Array.isArray(options['watermarks']) ? (options['watermarks'] as unknown[]) : [];
  return {
    background: readGround(options['background']) ?? { colour: black, image: null },
    tileBackground: readGround(options['tileBackground']),
    radius: numberOr(options['radius'], 0),
    labels: readLabels(options['labels']),
    placeholder: readPlaceholder(options['placeholder']),
    watermarks: watermarks.filter(isRecord).map(readWatermark),
  };
}

/** A background's colour and picture; null when nothing is said. */
export function readGround(value: unknown): Ground | null {
  if (!isRecord(value)) return null;
  return { colour: parseColour(value['color']) ?? black, image: readPicture(value['image'], 'cover') };
}

/** What a placeholder shows; everything left out at its default. */
export function readPlaceholder(value: unknown): PlaceholderLook {
  const given = isRecord(value) ? value : {};
  const text = given['text'];
  return {
    colour: parseColour(given['color']),
    image: readPicture(given['image'], 'cover'),
    text: text === 'name' || text === 'none' ? text : given['image'] === undefined ? 'initials' : text === 'initials' ? text : 'none',
  };
}

function readPicture(value: unknown, usual: Fit): PictureRef | null {
  if (!isRecord(value) || typeof value['url'] !== 'string') return null;
  const { url, file, fit } = value;
  const known = fit === 'contain' || fit === 'cover' || fit === 'fill' || fit === 'smart' ? fit : usual;
  return { url: url.slice(0, 2048), file: typeof file === 'string' ? file : null, fit: known };
}

function readLabels(value: unknown): LabelLook | null {
  if (value === true) return readLabels({});
  if (!isRecord(value)) return null;
  return {
    fontPx: numberOr(value['fontSize'], null),
    colour: textOr(value['color'], '#FFFFFF'),
    background: backdrop(value['background'], '#00000099'),
    position: textOr(value['position'], 'bottom-left'),
  };
}

function readWatermark(value: Options): WatermarkLook {
  const type = value['type'] === 'image' || value['type'] === 'timestamp' ? value['type'] : 'text';
  const isPlaced = typeof value['x'] === 'number' || typeof value['y'] === 'number';
  return {
    type,
    text: textOr(value['text'], ''),
    image: readPicture(value, 'contain'),
    position: isPlaced ? null : textOr(value['position'], type === 'timestamp' ? 'top-right' : 'top-left'),
    x: numberOr(value['x'], 0),
    y: numberOr(value['y'], 0),
    width: numberOr(value['width'], null),
    height: numberOr(value['height'], null),
    fontPx: numberOr(value['fontSize'], null),
    colour: textOr(value['color'], '#FFFFFF'),
    background: backdrop(value['background'], null),
    opacity: numberOr(value['opacity'], 1),
    timeZone: textOr(value['timeZone'], 'UTC'),
  };
}

const isRecord = (value: unknown): value is Options => typeof value === 'object' && value !== null && !Array.isArray(value);
const textOr = (value: unknown, usual: string): string => (typeof value === 'string' ? value : usual);
const backdrop = (value: unknown, usual: string | null): string | null =>
  value === null ? null : typeof value === 'string' ? value : usual;
function numberOr<T extends number | null>(value: unknown, usual: T): number | T {
  return typeof value === 'number' && Number.isFinite(value) ? value : usual;
}
