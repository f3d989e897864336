import { evenFloor, tileOf } from './rectangle.ts';
import type { Canvas, Fit, GridCells, LayoutOptions, Person, Tile } from './types.ts';

/** Most people one picture can hold. */
export const maxGridTiles = 25;
const cellAspect = 16 / 9;

/** Columns and rows of equal cells. */
export interface GridShape {
  readonly columns: number;
  readonly rows: number;
}

/** The squares a grid of fixed cells steps through. */
const squares = [1, 4, 9, 16, 25] as const;

/**
 * Columns and rows that give `count` equal cells the largest 16:9 picture.
 *
 * @throws {RangeError} if `count` is not 1…25.
 */
export function gridShape(count: number, canvas: Canvas): GridShape {
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

/** The vendors' steps: 1, then two halves side by side, then squares up to 5 × 5. */
export function stepShape(count: number): GridShape {
  if (count === 2) return { columns: 2, rows: 1 };
  const side = Math.sqrt(squares.find((cells) => cells >= count) ?? maxGridTiles);
  return { columns: side, rows: side };
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
  shape: GridShape | null = null,
): Tile[] {
  if (people.length === 0) return [];
  const fit: Fit = options.fit ?? 'contain';
  const gap = evenFloor(options.gap ?? 0);
  const { columns, rows } = shape ?? gridShape(people.length, area);
  const width = Math.max(2, evenFloor((area.width - gap * (columns - 1)) / columns));
  const height = Math.max(2, evenFloor((area.height - gap * (rows - 1)) / rows));
  const usedRows = Math.ceil(people.length / columns);
  const top = (area.y ?? 0) + evenFloor((area.height - usedRows * height - gap * (usedRows - 1)) / 2);
  return people.map((person, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, people.length - row * columns);
    const left = (area.x ?? 0) + evenFloor((area.width - inRow * width - gap * (inRow - 1)) / 2);
    const column = index - row * columns;
    const source = person.isScreen ? 'screen' : 'camera';
    return { identity: person.identity, source, x: left + column * (width + gap), y: top + row * (height + gap), width, height, z: 0, fit };
  });
}

/**
 * A grid whose number of cells does not follow the people exactly: the vendors' steps or a fixed number. Cells are filled row by row from the top left and
 * not centred; those without a person show the background. People beyond the cells are not shown.
 */
export function cellTiles(canvas: Canvas, people: readonly Person[], options: LayoutOptions, cells: Exclude<GridCells, 'auto'>): Tile[] {
  const count = cells === 'nine-grid' ? people.length : cells;
  const isStacked = cells === 2 && canvas.height > canvas.width;
  const { columns, rows } = isStacked ? { columns: 1, rows: 2 } : stepShape(count);
  const gap = evenFloor(options.gap ?? 0);
  const width = Math.max(2, (canvas.width - gap * (columns - 1)) / columns);
  const height = Math.max(2, (canvas.height - gap * (rows - 1)) / rows);
  return people.slice(0, columns * rows).map((person, index) => {
    const [x, y] = [(index % columns) * (width + gap), Math.floor(index / columns) * (height + gap)];
    const area = { x, y, width, height };
    return tileOf(canvas, person, area, options.fit ?? 'contain');
  });
}
