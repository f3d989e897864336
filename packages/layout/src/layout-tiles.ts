import { gridTiles, maxGridTiles } from './grid.ts';
import { inTileOrder } from './order.ts';
import { speakerTiles } from './speaker.ts';
import type { Canvas, LayoutOptions, Person, Tile } from './types.ts';

/** Layouts that {@link layoutTiles} can place. */
export const layoutNames = ['grid', 'speaker'] as const;
/** One of {@link layoutNames}. */
export type LayoutName = (typeof layoutNames)[number];

/** Whether `name` is a layout of this version. */
export function isLayoutName(name: string): name is LayoutName {
  return (layoutNames as readonly string[]).includes(name);
}

/**
 * Where everyone stands: pure, the same answer for the same arguments whatever the order of `people`. Tiles lie inside the canvas with even
 * coordinates and sizes and come in drawing order. Nobody to show: no tiles.
 *
 * @throws {RangeError} for an unknown layout name or an odd or empty canvas.
 */
export function layoutTiles(name: string, canvas: Canvas, people: readonly Person[], options: LayoutOptions = {}): Tile[] {
  if (!isLayoutName(name)) throw new RangeError(`Unknown layout ${JSON.stringify(name)}; known are ${layoutNames.join(', ')}.`);
  if (canvas.width < 2 || canvas.height < 2 || canvas.width % 2 !== 0 || canvas.height % 2 !== 0) {
    throw new RangeError(`A canvas needs even sides of at least 2 pixels, not ${canvas.width}×${canvas.height}.`);
  }
  const shown = inTileOrder(people, options);
  if (name === 'speaker') return speakerTiles(canvas, shown, options);
  const limit = Math.min(maxGridTiles, Math.max(1, Math.floor(options.maxTiles ?? maxGridTiles)));
  return gridTiles(canvas, shown.slice(0, limit), options);
}
