import { tileOf } from './rectangle.ts';
import { splitMain } from './split-main.ts';
import type { Canvas, LayoutOptions, Person, Tile } from './types.ts';

/** Size of a small tile and of the gaps around it, as shares of the canvas's sides; `perRow` of them fill a row exactly. */
const wide = { perRow: 4, size: 0.235, gap: 0.012 };
const narrow = { perRow: 5, size: 0.188, gap: 0.01 };
const mostWide = 17;

/**
 * One picture on all of the canvas (a shared screen, else the first person, else `main`) and everybody else in small tiles over it, from the bottom left to the
 * right, then upwards. Small ones are cropped.
 *
 * @see Tencent's documents of cloud recording, "floating layout", for the sizes.
 */
export function floatingTiles(canvas: Canvas, people: readonly Person[], options: LayoutOptions): Tile[] {
  const { main, others } = splitMain(people, options, people[0]);
  const shown = others.slice(0, 24);
  const { perRow, size, gap } = shown.length + 1 <= mostWide ? wide : narrow;
  const small = shown.map((person, index) => {
    const column = index % perRow;
    const row = Math.floor(index / perRow);
    const area = {
      x: (gap + column * (size + gap)) * canvas.width,
      y: (1 - (row + 1) * (size + gap)) * canvas.height,
      width: size * canvas.width,
      height: size * canvas.height,
    };
    return tileOf(canvas, person, area, options.fit ?? 'cover', 1);
  });
  if (main === null) return small;
  return [tileOf(canvas, main, { x: 0, y: 0, ...canvas }, options.fit ?? 'contain'), ...small];
}
