import { tileOf } from './rectangle.ts';
import { splitMain } from './split-main.ts';
import type { Canvas, LayoutOptions, Person, Tile } from './types.ts';

const mainShare = 4 / 5;
const mostInColumn = 8;
const fewestInColumn = 4;

/**
 * One large tile of four fifths of the width and full height (a shared screen, else the first person, else `main`), everybody else stacked beside it in
 * columns of up to eight that share the last fifth. `align: right` is the mirror image. The large tile shows the whole picture, small ones are cropped.
 */
export function verticalTiles(canvas: Canvas, people: readonly Person[], options: LayoutOptions): Tile[] {
  const { main, others, hasMain } = splitMain(people, options, people[0]);
  if (!hasMain) return [];
  if (others.length === 0 && main !== null) return [tileOf(canvas, main, { x: 0, y: 0, ...canvas }, options.fit ?? 'contain')];
  const columns = Math.ceil(others.length / mostInColumn);
  const perColumn = Math.max(fewestInColumn, Math.ceil(others.length / columns));
  const width = ((1 - mainShare) * canvas.width) / columns;
  const height = canvas.height / perColumn;
  const isRight = options.align === 'right';
  const small = others.map((person, index) => {
    const fromMain = mainShare * canvas.width + Math.floor(index / perColumn) * width;
    const x = isRight ? canvas.width - fromMain - width : fromMain;
    return tileOf(canvas, person, { x, y: (index % perColumn) * height, width, height }, options.fit ?? 'cover');
  });
  if (main === null) return small;
  const area = { x: isRight ? (1 - mainShare) * canvas.width : 0, y: 0, width: mainShare * canvas.width, height: canvas.height };
  return [tileOf(canvas, main, area, options.fit ?? 'contain'), ...small];
}
