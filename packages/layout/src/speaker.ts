import { gridTiles } from './grid.ts';
import { evenFloor } from './rectangle.ts';
import { splitMain } from './split-main.ts';
import type { Canvas, LayoutOptions, Person, Tile } from './types.ts';

const fewestColumns = 5;
const mostInRow = 12;

/**
 * One large tile and a strip of small ones below it, centred, in two rows beyond twelve. A shared screen always takes the large tile; else
 * `options.speaker` does, else the first person; `main` goes before them all. The strip has five places' width or more. All coordinates are even.
 */
export function speakerTiles(canvas: Canvas, people: readonly Person[], options: LayoutOptions): Tile[] {
  const fallback = people.find((person) => person.isScreen) ?? people.find((person) => person.identity === options.speaker) ?? people[0];
  const { main, others, hasMain } = splitMain(people, options, fallback);
  if (!hasMain) return [];
  const whole: LayoutOptions = { ...options, gap: 0 };
  const mains = main === null ? [] : [main];
  if (others.length === 0) return gridTiles(canvas, mains, whole);
  const rows = Math.ceil(others.length / mostInRow);
  const columns = Math.max(fewestColumns, Math.ceil(others.length / rows));
  const rowHeight = Math.max(2, evenFloor(canvas.height / columns));
  const mainHeight = canvas.height - rowHeight * rows;
  const strip = gridTiles({ y: mainHeight, width: canvas.width, height: rowHeight * rows }, others, whole, { columns, rows });
  return [...gridTiles({ width: canvas.width, height: mainHeight }, mains, whole), ...strip];
}
