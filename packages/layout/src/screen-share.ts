import { gridTiles } from './grid.ts';
import { tileOf } from './rectangle.ts';
import { splitMain } from './split-main.ts';
import type { Canvas, LayoutOptions, Person, Tile } from './types.ts';

/** Sizes as shares of the canvas: the small cell, and what the large tile has. `columns`: of small cells beside it. */
interface Proportions {
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly columns: number;
  readonly mainWidth: number;
  readonly mainHeight: number;
}

/** By the number of windows, the large one included. */
function proportions(windows: number): Proportions {
  if (windows <= 5) return { cellWidth: 1 / 5, cellHeight: 1 / 4, columns: 1, mainWidth: 4 / 5, mainHeight: 1 };
  if (windows <= 7) return { cellWidth: 1 / 7, cellHeight: 1 / 6, columns: 1, mainWidth: 6 / 7, mainHeight: 1 };
  if (windows <= 9) return { cellWidth: 1 / 9, cellHeight: 1 / 8, columns: 1, mainWidth: 8 / 9, mainHeight: 1 };
  const isFull = windows > 17;
  return { cellWidth: 1 / 10, cellHeight: 1 / 8, columns: 2, mainWidth: 4 / 5, mainHeight: isFull ? 7 / 8 : 1 };
}

/**
 * The shared screen (or `main`) large at the left and everybody else in a column of small tiles at the right, top to bottom; beyond 17 windows also in a row
 * below. `align: right` is the mirror image. While nobody shares, `withoutShare` decides. The large tile shows the whole picture, small ones are cropped.
 *
 * @see Tencent's documents of cloud recording, "screen sharing layout", for the sizes.
 */
export function screenShareTiles(canvas: Canvas, people: readonly Person[], options: LayoutOptions): Tile[] {
  const { withoutShare = 'grid' } = options;
  const screen = people.find((person) => person.isScreen);
  const speaker = people.find((person) => person.identity === options.speaker) ?? people[0];
  const { main, others, hasMain } = splitMain(people, options, screen ?? (withoutShare === 'speaker' ? speaker : undefined));
  if (!hasMain && withoutShare === 'grid') return gridTiles(canvas, people, options);
  if (others.length === 0 && main !== null) return [tileOf(canvas, main, { x: 0, y: 0, ...canvas }, options.fit ?? 'contain')];
  return besideMain(canvas, main, others.slice(0, 24), options);
}

function besideMain(canvas: Canvas, main: Person | null, others: readonly Person[], options: LayoutOptions): Tile[] {
  const { width, height } = canvas;
  const { cellWidth, cellHeight, columns, mainWidth, mainHeight } = proportions(others.length + 1);
  const perColumn = Math.round(1 / cellHeight);
  const cell = { width: cellWidth * width, height: cellHeight * height };
  const mirrored = (x: number, ownWidth: number): number => (options.align === 'right' ? width - x - ownWidth : x);
  const small = others.map((person, index) => {
    const column = Math.floor(index / perColumn);
    const isBelow = column >= columns;
    const x = isBelow ? (index - columns * perColumn) * cell.width : (mainWidth + column * cellWidth) * width;
    const y = isBelow ? height - cell.height : (index % perColumn) * cell.height;
    return tileOf(canvas, person, { x: mirrored(x, cell.width), y, ...cell }, options.fit ?? 'cover');
  });
  if (main === null) return small;
  const area = { x: mirrored(0, mainWidth * width), y: 0, width: mainWidth * width, height: mainHeight * height };
  return [tileOf(canvas, main, area, options.fit ?? 'contain'), ...small];
}
