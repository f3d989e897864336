import type { Canvas, Fit, Person, Tile } from './types.ts';

/** A rectangle before it is rounded: pixels, not yet whole. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The even number at or below `value`. */
export const evenFloor = (value: number): number => Math.floor(value / 2 + 1e-9) * 2;
const evenRound = (value: number): number => Math.round(value / 2) * 2;

/** Rounds each edge to the nearest even pixel inside the canvas, so that tiles that touch go on touching. At least 2 × 2 pixels. */
export function evenArea(canvas: Canvas, area: Area): Area {
  const left = Math.min(Math.max(0, evenRound(area.x)), canvas.width - 2);
  const top = Math.min(Math.max(0, evenRound(area.y)), canvas.height - 2);
  const right = Math.min(Math.max(left + 2, evenRound(area.x + area.width)), canvas.width);
  const bottom = Math.min(Math.max(top + 2, evenRound(area.y + area.height)), canvas.height);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The tile of a person in a rectangle. */
export function tileOf(canvas: Canvas, person: Person, area: Area, fit: Fit, z = 0): Tile {
  return { identity: person.identity, source: person.isScreen ? 'screen' : 'camera', ...evenArea(canvas, area), z, fit };
}
