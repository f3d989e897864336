import { describe, expect, it } from 'vitest';
import { fitPicture } from './fit-picture.ts';
import { layoutTiles } from './layout-tiles.ts';
import { nextSpeaker, noSpeaker } from './next-speaker.ts';
import type { Person, Tile } from './types.ts';

const person = (index: number, change: Partial<Person> = {}): Person => ({
  identity: `p${index}`,
  hasVideo: true,
  aspect: 16 / 9,
  isSpeaking: false,
  isScreen: false,
  joinedOrder: index,
  ...change,
});
const overlap = (a: Tile, b: Tile): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe('grid', () => {
  for (const canvas of [
    { width: 1280, height: 720 },
    { width: 720, height: 1280 },
    { width: 642, height: 362 },
  ]) {
    it(`places 1 to 25 people on ${canvas.width}×${canvas.height}: even, equal, inside, apart, last row centred`, () => {
      for (let count = 1; count <= 25; count++) {
        const tiles = layoutTiles(
          'grid',
          canvas,
          Array.from({ length: count }, (_, index) => person(index)),
        );
        expect(tiles).toHaveLength(count);
        for (const [index, tile] of tiles.entries()) {
          expect([tile.x, tile.y, tile.width, tile.height].every((value) => value % 2 === 0 && value >= 0)).toBe(true);
          expect([tile.width, tile.height]).toEqual([tiles[0]?.width, tiles[0]?.height]);
          expect(tile.x + tile.width).toBeLessThanOrEqual(canvas.width);
          expect(tile.y + tile.height).toBeLessThanOrEqual(canvas.height);
          expect(tiles.slice(index + 1).some((other) => overlap(tile, other))).toBe(false);
        }
        const lastY = tiles.at(-1)?.y;
        const lastRow = tiles.filter((tile) => tile.y === lastY);
        const left = Math.min(...lastRow.map((tile) => tile.x));
        const right = canvas.width - Math.max(...lastRow.map((tile) => tile.x + tile.width));
        expect(Math.abs(left - right)).toBeLessThanOrEqual(2);
      }
    });
  }

  it('does not depend on the order of people and puts screens first', () => {
    const people = [person(2), person(0), person(1, { isScreen: true })];
    const tiles = layoutTiles('grid', { width: 1280, height: 720 }, people);
    expect(tiles.map((tile) => `${tile.identity}.${tile.source}`)).toEqual(['p1.screen', 'p0.camera', 'p2.camera']);
    expect(layoutTiles('grid', { width: 1280, height: 720 }, [...people].reverse())).toEqual(tiles);
  });

  it('leaves out people without video unless asked', () => {
    const people = [person(0), person(1, { hasVideo: false })];
    expect(layoutTiles('grid', { width: 1280, height: 720 }, people)).toHaveLength(1);
    expect(layoutTiles('grid', { width: 1280, height: 720 }, people, { showAudioOnly: true })).toHaveLength(2);
    expect(layoutTiles('grid', { width: 1280, height: 720 }, [])).toEqual([]);
  });

  it('refuses an unknown name and an odd canvas', () => {
    expect(() => layoutTiles('spiral', { width: 1280, height: 720 }, [])).toThrow(RangeError);
    expect(() => layoutTiles('grid', { width: 1281, height: 720 }, [])).toThrow(RangeError);
  });
});

describe('speaker', () => {
  it('gives the speaker the large tile and everyone else the strip', () => {
    const people = [person(0), person(1), person(2)];
    const tiles = layoutTiles('speaker', { width: 1280, height: 720 }, people, { speaker: 'p2' });
    expect(tiles[0]).toMatchObject({ identity: 'p2', x: 0, y: 0, width: 1280, height: 576 });
    expect(tiles.slice(1).map((tile) => tile.identity)).toEqual(['p0', 'p1']);
    expect(tiles.some((tile, index) => tiles.slice(index + 1).some((other) => overlap(tile, other)))).toBe(false);
  });

  it('changes only after patience and hold', () => {
    const present = new Set(['a', 'b']);
    let state = nextSpeaker(noSpeaker, ['a'], present, 0);
    expect(state.current).toBe('a');
    state = nextSpeaker(state, ['b'], present, 100_000);
    state = nextSpeaker(state, ['b'], present, 1_900_000);
    expect(state.current).toBe('a');
    state = nextSpeaker(state, ['a'], present, 1_950_000);
    state = nextSpeaker(state, ['b'], present, 2_100_000);
    expect(state.current).toBe('a');
    state = nextSpeaker(state, ['b'], present, 2_800_000);
    expect(state.current).toBe('b');
    state = nextSpeaker(state, [], present, 9_000_000);
    expect(state.current).toBe('b');
    expect(nextSpeaker(state, ['a'], new Set(['a']), 9_100_000).current).toBe('a');
  });
});

describe('fitPicture', () => {
  it('contains, covers and fills with even numbers', () => {
    expect(fitPicture('contain', 640, 480, 1280, 720).target).toEqual({ x: 160, y: 0, width: 960, height: 720 });
    expect(fitPicture('cover', 640, 480, 1280, 720).source).toEqual({ x: 0, y: 60, width: 640, height: 360 });
    expect(fitPicture('fill', 641, 481, 100, 50)).toEqual({
      source: { x: 0, y: 0, width: 640, height: 480 },
      target: { x: 0, y: 0, width: 100, height: 50 },
    });
  });
});
