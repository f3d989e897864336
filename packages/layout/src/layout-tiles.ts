import { adaptiveTiles } from './adaptive.ts';
import { customTiles } from './custom.ts';
import { floatingTiles } from './floating.ts';
import { cellTiles, gridTiles, maxGridTiles } from './grid.ts';
import { inTileOrder } from './order.ts';
import { screenShareTiles } from './screen-share.ts';
import { sideBySideTiles } from './side-by-side.ts';
import { singleTiles } from './single.ts';
import { speakerTiles } from './speaker.ts';
import { findMain } from './split-main.ts';
import type { Canvas, LayoutOptions, Person, Tile } from './types.ts';
import { verticalTiles } from './vertical.ts';

/** Layouts that {@link layoutTiles} can place. */
export const layoutNames = [
  'grid',
  'speaker',
  'screen-share',
  'floating',
  'vertical',
  'side-by-side',
  'adaptive',
  'single',
  'custom',
] as const;
/** One of {@link layoutNames}. */
export type LayoutName = (typeof layoutNames)[number];

type Place = (canvas: Canvas, people: readonly Person[], options: LayoutOptions) => Tile[];

const places: Readonly<Record<Exclude<LayoutName, 'custom'>, Place>> = {
  grid: (canvas, people, options) =>
    options.cells === undefined || options.cells === 'auto'
      ? gridTiles(canvas, people, options)
      : cellTiles(canvas, people, options, options.cells),
  speaker: speakerTiles,
  'screen-share': screenShareTiles,
  floating: floatingTiles,
  vertical: verticalTiles,
  'side-by-side': sideBySideTiles,
  adaptive: adaptiveTiles,
  single: singleTiles,
};

/** A strip of five and the large tile: what can still be recognised. */
const mostSpeakerTiles = 6;

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
  const size = { width: canvas.width, height: canvas.height };
  if (name === 'custom') return customTiles(size, people, options);
  const most = options.maxTiles ?? (name === 'speaker' ? mostSpeakerTiles : maxGridTiles);
  const limit = Math.min(maxGridTiles, Math.max(1, Math.floor(most)));
  return places[name](size, shownPeople(name, inTileOrder(people, options), options, limit), options);
}

/** The first so many; whoever has the large tile by right is among them. */
function shownPeople(name: LayoutName, people: readonly Person[], options: LayoutOptions, limit: number): readonly Person[] {
  if (people.length <= limit) return people;
  const isWanted = (person: Person): boolean =>
    (name === 'speaker' || name === 'single' || options.withoutShare === 'speaker') &&
    person.identity === options.speaker &&
    !person.isScreen;
  const kept = people.slice(0, limit);
  const wanted = (options.main === undefined ? undefined : findMain(people, options.main)) ?? people.find((person) => isWanted(person));
  if (wanted === undefined || kept.includes(wanted)) return kept;
  return [...kept.slice(0, limit - 1), wanted];
}
