import { ValidationError } from './errors.ts';
import type { CustomTile, Layout } from './layout.ts';

/** Size of a picture in pixels. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The layout as a request spells it, with the options that stand beside the name moved into `options`, for `readValue`. Anything that is no layout comes back as
 * it is.
 *
 * @throws {ValidationError} INVALID_REQUEST when an option is given in both places.
 */
export function hoistLayoutOptions(value: unknown, field: string): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const { name = 'grid', options = {}, ...beside } = value as Record<string, unknown>;
  if (options === null || typeof options !== 'object' || Array.isArray(options)) return { name, options };
  for (const key of Object.keys(beside)) {
    if (Object.hasOwn(options, key)) throw new ValidationError(`${field}.${key}`, 'is given twice: beside `name` and in `options`');
  }
  return { name, options: { ...beside, ...options } };
}

/** Where in the request as it was spelled an option stands that is wrong in the hoisted one. */
export function spelledField(layout: unknown, path: string, field: string): string {
  const prefix = `${path}.options.`;
  if (!field.startsWith(prefix) || layout === null || typeof layout !== 'object') return field;
  const rest = field.slice(prefix.length);
  const [key = ''] = rest.split(/[.[]/u);
  const isBeside = Object.hasOwn(layout, key) || !Object.hasOwn(layout, 'options');
  return isBeside ? `${path}.${rest}` : field;
}

/**
 * What no schema can say of a layout.
 *
 * @param canvases Sizes of the pictures it will be drawn on: a tile in pixels must lie inside each.
 * @throws {ValidationError} INVALID_REQUEST naming field and allowed range.
 */
export function checkLayout(layout: Layout, field: string, canvases: readonly Size[]): void {
  const { options } = layout;
  for (const [index, mark] of (options.watermarks ?? []).entries()) {
    const at = `${field}.options.watermarks[${index}]`;
    if (mark.position !== undefined && (mark.x !== undefined || mark.y !== undefined))
      throw new ValidationError(`${at}.position`, 'must not be given together with x or y', mark.position);
    if (mark.type === 'timestamp' && mark.timeZone !== undefined && !isTimeZone(mark.timeZone))
      throw new ValidationError(`${at}.timeZone`, 'must be an IANA name or an offset such as +08:00', mark.timeZone);
  }
  if (layout.name === 'custom') checkTiles(layout.options, `${field}.options.tiles`, canvases);
}

type PictureCrop = NonNullable<CustomTile['crop']>;
type CustomOptions = Extract<Layout, { name: 'custom' }>['options'];

function checkTiles({ tiles, unit }: CustomOptions, field: string, canvases: readonly Size[]): void {
  const isFraction = (unit ?? (tiles.every(({ width, height }) => width <= 1 && height <= 1) ? 'fraction' : 'pixel')) === 'fraction';
  const bounds = isFraction ? [{ width: 1, height: 1 }] : canvases;
  for (const [index, tile] of tiles.entries()) {
    const at = `${field}[${index}]`;
    if (tile.identity !== undefined && tile.slot !== undefined)
      throw new ValidationError(`${at}.slot`, 'must not be given together with identity', tile.slot);
    if (tile.crop !== undefined) checkCrop(tile.crop, `${at}.crop`);
    for (const bound of bounds) {
      checkInside(`${at}.width`, tile.x, tile.width, bound.width, isFraction);
      checkInside(`${at}.height`, tile.y, tile.height, bound.height, isFraction);
    }
  }
}

function checkCrop({ x, y, width, height }: PictureCrop, field: string): void {
  if (x + width > 1 + 1e-6)
    throw new ValidationError(`${field}.width`, 'must keep the part inside the picture (x + width at most 1)', x + width);
  if (y + height > 1 + 1e-6)
    throw new ValidationError(`${field}.height`, 'must keep the part inside the picture (y + height at most 1)', y + height);
}

function checkInside(field: string, start: number, length: number, bound: number, isFraction: boolean): void {
  if (start + length <= bound + (isFraction ? 1e-6 : 0)) return;
  const unit = isFraction ? 'the canvas (fractions from 0 to 1)' : `the canvas (${bound} pixels)`;
  throw new ValidationError(field, `must keep the tile inside ${unit}`, start + length);
}

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
