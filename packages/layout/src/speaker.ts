import { gridTiles } from './grid.ts';
import type { Canvas, LayoutOptions, Person, Tile } from './types.ts';

const maxStripTiles = 5;

/**
 * One large tile and a strip of up to five small ones below it. A shared screen always takes the large tile; else `options.speaker` does, else the
 * first person. People beyond the strip are not shown. All coordinates are even.
 */
export function speakerTiles(canvas: Canvas, people: readonly Person[], options: LayoutOptions): Tile[] {
  const main = people.find((person) => person.isScreen) ?? people.find((person) => person.identity === options.speaker) ?? people[0];
  if (main === undefined) return [];
  const others = people.filter((person) => person !== main).slice(0, maxStripTiles);
  if (others.length === 0) return gridTiles(canvas, [main], options);
  const stripHeight = Math.floor(canvas.height / maxStripTiles / 2) * 2;
  const mainHeight = canvas.height - stripHeight;
  const stripWidth = Math.floor(canvas.width / maxStripTiles / 2) * 2;
  const left = Math.floor((canvas.width - stripWidth * others.length) / 4) * 2;
  const strip = others.map((person, index): Tile => ({
    identity: person.identity,
    source: person.isScreen ? 'screen' : 'camera',
    x: left + index * stripWidth,
    y: mainHeight,
    width: stripWidth,
    height: stripHeight,
    z: 0,
    fit: options.fit ?? 'contain',
  }));
  return [...gridTiles({ width: canvas.width, height: mainHeight }, [main], options), ...strip];
}
