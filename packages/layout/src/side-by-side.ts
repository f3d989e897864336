import { gridTiles } from './grid.ts';
import type { Canvas, LayoutOptions, Person, Tile } from './types.ts';

/** Most people per number of rows. */
const rowSteps = [3, 10, 18, 25] as const;

/**
 * Equal boxes beside one another: up to 3 people in one row, up to 10 in two, 18 in three, 25 in four; the last row is centred. An upright canvas has columns
 * instead of rows. Whole pictures unless `fit` says otherwise.
 */
export function sideBySideTiles(canvas: Canvas, people: readonly Person[], options: LayoutOptions): Tile[] {
  if (people.length === 0) return [];
  const lines = rowSteps.findIndex((most) => people.length <= most) + 1 || rowSteps.length;
  const perLine = Math.ceil(people.length / lines);
  const isUpright = canvas.height > canvas.width;
  return gridTiles(canvas, people, options, isUpright ? { columns: lines, rows: perLine } : { columns: perLine, rows: lines });
}
