import { tileOf } from './rectangle.ts';
import { splitMain } from './split-main.ts';
import type { Canvas, LayoutOptions, Person, Tile } from './types.ts';

/** One picture on all of the canvas: `main`, else the shared screen, else the active speaker, else the first person. */
export function singleTiles(canvas: Canvas, people: readonly Person[], options: LayoutOptions): Tile[] {
  const speaker = people.find((person) => person.identity === options.speaker);
  const { main } = splitMain(people, options, people.find((person) => person.isScreen) ?? speaker ?? people[0]);
  return main === null ? [] : [tileOf(canvas, main, { x: 0, y: 0, ...canvas }, options.fit ?? 'contain')];
}
