import { gridTiles, stepShape } from './grid.ts';
import type { GridShape } from './grid.ts';
import { evenFloor } from './rectangle.ts';
import type { Canvas, LayoutOptions, Person, Tile } from './types.ts';

/**
 * A picture that changes its shape with the number of people: one, two halves, then squares (2 × 2, 3 × 3, 4 × 4, 5 × 4, 5 × 5), the last row centred and the
 * pictures cropped to fill. While a screen is shared it takes the canvas below a strip of an eighth of the height with the people. An upright canvas has
 * rows and columns changed over.
 */
export function adaptiveTiles(canvas: Canvas, people: readonly Person[], options: LayoutOptions): Tile[] {
  const fitted: LayoutOptions = { ...options, fit: options.fit ?? 'cover' };
  const screen = people.find((person) => person.isScreen);
  if (screen === undefined) return gridTiles(canvas, people, fitted, adaptiveShape(people.length, canvas));
  const whole: LayoutOptions = { ...options, fit: options.fit ?? 'contain', gap: 0 };
  const others = people.filter((person) => person !== screen);
  if (others.length === 0) return gridTiles(canvas, [screen], whole);
  const stripHeight = Math.max(2, evenFloor(canvas.height / 8));
  const big = gridTiles({ y: stripHeight, width: canvas.width, height: canvas.height - stripHeight }, [screen], whole);
  const strip = gridTiles({ width: canvas.width, height: stripHeight }, others, fitted, { columns: Math.max(8, others.length), rows: 1 });
  return [...big, ...strip];
}

function adaptiveShape(count: number, canvas: Canvas): GridShape {
  const shape = count > 16 && count <= 20 ? { columns: 5, rows: 4 } : stepShape(Math.max(1, count));
  return canvas.height > canvas.width ? { columns: shape.rows, rows: shape.columns } : shape;
}
