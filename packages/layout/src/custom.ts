import { byJoining } from './order.ts';
import { evenArea } from './rectangle.ts';
import type { Canvas, CustomTile, LayoutOptions, Person, Tile, TileSource, TileStyle } from './types.ts';

/**
 * Tiles where the request puts them. A tile with an `identity` belongs to that person, also without a picture (they get a placeholder) and stays empty while
 * they are away (unless it has a background or placeholder of its own); a tile with a `slot`, or with neither, is taken by the people whom no tile names, in the order of the slots' numbers (then of the list) and of
 * joining. What leaves the canvas is cut off. Pictures fill their tile, cropped, unless `fit` says otherwise.
 */
export function customTiles(canvas: Canvas, people: readonly Person[], options: LayoutOptions): Tile[] {
  const tiles = options.tiles ?? [];
  const scale = unitOf(options) === 'fraction' ? canvas : { width: 1, height: 1 };
  const sitting = seat(tiles, people, options);
  return tiles
    .map((tile, index): Tile => {
      const x = tile.x * scale.width;
      const y = tile.y * scale.height;
      const area = evenArea(canvas, { x, y, width: tile.width * scale.width, height: tile.height * scale.height });
      const person = sitting.get(tile);
      const fit = tile.fit ?? options.fit ?? 'cover';
      const base = { identity: person?.identity ?? '', source: sourceOf(tile), ...area, z: (tile.z ?? 0) * 32 + index, fit };
      const style = styleOf(tile);
      return style === null ? base : { ...base, style };
    })
    .filter(({ identity, style }) => identity !== '' || style?.placeholder !== undefined || style?.background !== undefined)
    .sort((a, b) => a.z - b.z);
}

/** What the numbers of a custom layout's tiles are. */
export function unitOf(options: Pick<LayoutOptions, 'unit' | 'tiles'>): 'fraction' | 'pixel' {
  const isSmall = (options.tiles ?? []).every((tile) => tile.width <= 1 && tile.height <= 1);
  return options.unit ?? (isSmall ? 'fraction' : 'pixel');
}

function seat(tiles: readonly CustomTile[], people: readonly Person[], options: LayoutOptions): Map<CustomTile, Person> {
  const sitting = new Map<CustomTile, Person>();
  const isOf = (person: Person, source: TileSource): boolean => person.isScreen === (source === 'screen');
  for (const tile of tiles) {
    const person = people.find(({ identity, ...rest }) => identity === tile.identity && isOf({ identity, ...rest }, sourceOf(tile)));
    if (person !== undefined) sitting.set(tile, person);
  }
  const named = new Set(tiles.map((tile) => `${sourceOf(tile)} ${tile.identity ?? ''}`));
  for (const source of ['camera', 'screen'] as const) {
    const free = people
      .filter(
        (person) =>
          isOf(person, source) && (person.hasVideo || options.showAudioOnly === true) && !named.has(`${source} ${person.identity}`),
      )
      .sort(byJoining);
    const slots = tiles
      .filter((tile) => tile.identity === undefined && sourceOf(tile) === source)
      .sort((a, b) => (a.slot ?? Infinity) - (b.slot ?? Infinity) || 0);
    for (const [index, tile] of slots.entries()) {
      const person = free[index];
      if (person !== undefined) sitting.set(tile, person);
    }
  }
  return sitting;
}

function styleOf({ radius, opacity, crop, background, placeholder }: CustomTile): TileStyle | null {
  const style: TileStyle = {
    ...(radius === undefined ? {} : { radius }),
    ...(opacity === undefined ? {} : { opacity }),
    ...(crop === undefined ? {} : { crop }),
    ...(background === undefined ? {} : { background }),
    ...(placeholder === undefined ? {} : { placeholder }),
  };
  return Object.keys(style).length === 0 ? null : style;
}

const sourceOf = (tile: CustomTile): TileSource => tile.source ?? 'camera';
