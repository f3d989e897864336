import type { Canvas, Fit, LayoutOptions, Person, Tile } from './types.ts';

/** Most people one grid can hold. */
export const maxGridTiles = 25;
const cellAspect = 16 / 9;

const even = (value: number): number => Math.floor(value / 2) * 2;

/**
 * Columns and rows that give `count` equal cells the largest 16:9 picture.
 *
 * @throws {RangeError} if `count` is not 1…25.
 */
export function gridShape(count: number, canvas: Canvas): { readonly columns: number; readonly rows: number } {
  if (!Number.isInteger(count) || count < 1 || count > maxGridTiles)
    throw new RangeError(`A grid holds 1 to ${maxGridTiles} tiles, not ${count}.`);
  let best = { columns: 1, rows: count };
  let bestWidth = 0;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const width = Math.min(canvas.width / columns, (canvas.height / rows) * cellAspect);
    if (width <= bestWidth + 1e-6) continue;
    best = { columns, rows };
    bestWidth = width;
  }
  return best;
}

/**
 * Equal tiles inside `area`, row by row in the order given; a last row that is not full is centred. All coordinates and sizes are even.
 *
 * @throws {RangeError} if there are more than 25 people.
 */
export function gridTiles(
  area: Canvas & { readonly x?: number; readonly y?: number },
  people: readonly Person[],
  options: LayoutOptions,
): Tile[] {
  if (people.length === 0) return [];
  const fit: Fit = options.fit ?? 'contain';
  const gap = even(options.gap ?? 0);
  const { columns, rows } = gridShape(people.length, area);
  const width = even((area.width - gap * (columns - 1)) / columns);
  const height = even((area.height - gap * (rows - 1)) / rows);
  const top = (area.y ?? 0) + even((area.height - rows * height - gap * (rows - 1)) / 2);
  return people.map((person, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, people.length - row * columns);
    const left = (area.x ?? 0) + even((area.width - inRow * width - gap * (inRow - 1)) / 2);
    const column = index - row * columns;
    const source = person.isScreen ? 'screen' : 'camera';
    return { identity: person.identity, source, x: left + column * (width + gap), y: top + row * (height + gap), width, height, z: 0, fit };
  });
}
