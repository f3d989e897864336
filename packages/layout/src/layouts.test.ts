import { describe, expect, it } from 'vitest';
import { layoutNames, layoutTiles } from './layout-tiles.ts';
import type { CustomTile, LayoutOptions, Person, Tile } from './types.ts';

const canvas = { width: 1920, height: 1080 };
const person = (index: number, change: Partial<Person> = {}): Person => ({
  ...{ identity: `p${index}`, hasVideo: true, aspect: 16 / 9, isSpeaking: false, isScreen: false, joinedOrder: index },
  ...change,
});
const crowd = (count: number): Person[] => Array.from({ length: count }, (_, index) => person(index));
const boxes = (name: string, people: readonly Person[], options: LayoutOptions = {}, size = canvas): number[][] =>
  layoutTiles(name, size, people, options).map(({ x, y, width, height }) => [x, y, width, height]);
const who = (tiles: readonly Tile[]): string[] => tiles.map(({ identity, source }) => (source === 'screen' ? `${identity}*` : identity));

const everyTile: readonly CustomTile[] = Array.from({ length: 25 }, (_, slot) => ({
  ...{ slot, x: (slot % 5) / 5, y: Math.floor(slot / 5) / 5, width: 0.2, height: 0.2 },
}));

describe.each(layoutNames)('%s', (name) => {
  it.each([canvas, { width: 720, height: 1280 }, { width: 2560, height: 1440 }, { width: 130, height: 66 }])(
    'places 1 to 25 people inside $width×$height, even, the same whatever their order',
    (size) => {
      for (let count = 1; count <= 25; count++) {
        for (const people of [crowd(count), [...crowd(count), person(1, { isScreen: true })].slice(0, 25)]) {
          const options = { tiles: everyTile, maxTiles: 25 };
          const tiles = layoutTiles(name, size, people, options);
          expect(layoutTiles(name, size, [...people].reverse(), options)).toEqual(tiles);
          expect(tiles.length).toBeGreaterThan(0);
          expect(new Set(who(tiles)).size).toBe(tiles.length);
          for (const { x, y, width, height } of tiles) {
            expect([x, y, width, height].every((value) => Number.isInteger(value) && value % 2 === 0)).toBe(true);
            expect(x >= 0 && y >= 0 && width >= 2 && height >= 2 && x + width <= size.width && y + height <= size.height).toBe(true);
          }
          if (['speaker', 'vertical', 'side-by-side', 'adaptive', 'floating', 'grid'].includes(name))
            expect(tiles).toHaveLength(people.length);
        }
      }
    },
  );

  it('shows nobody when nobody has a picture, unless asked', () => {
    const silent = [person(0, { hasVideo: false }), person(1, { hasVideo: false })];
    const options = { tiles: everyTile };
    expect(layoutTiles(name, canvas, silent, options)).toEqual([]);
    if (name !== 'single') expect(layoutTiles(name, canvas, silent, { ...options, showAudioOnly: true })).toHaveLength(2);
  });
});

describe('the vendors’ geometry', () => {
  it.each([
    [1, [1920, 1080]],
    [2, [960, 1080]],
    [4, [960, 540]],
    [9, [640, 360]],
    [16, [480, 270]],
    [25, [384, 216]],
  ] as const)('nine-grid of %i', (count, [width, height]) => {
    const cells = boxes('grid', crowd(count), { cells: 'nine-grid' });
    const columns = 1920 / width;
    expect(cells).toEqual(crowd(count).map((_, index) => [(index % columns) * width, Math.floor(index / columns) * height, width, height]));
  });

  it('nine-grid fills from the top left and leaves the rest empty', () => {
    expect(boxes('grid', crowd(5), { cells: 'nine-grid' }).at(-1)).toEqual([640, 360, 640, 360]);
    expect(boxes('grid', crowd(3), { cells: 9 })).toEqual([[0, 0, 640, 360], [640, 0, 640, 360], [1280, 0, 640, 360]]); // prettier-ignore
    expect(boxes('grid', crowd(9), { cells: 4 })).toHaveLength(4);
    expect(boxes('grid', crowd(2), { cells: 2 }, { width: 720, height: 1280 })).toEqual([[0, 0, 720, 640], [0, 640, 720, 640]]); // prettier-ignore
  });

  it('fixed cells keep their gap', () => {
    expect(boxes('grid', crowd(4), { cells: 4, gap: 8 })).toEqual([[0, 0, 956, 536], [964, 0, 956, 536], [0, 544, 956, 536], [964, 544, 956, 536]]); // prettier-ignore
    expect(boxes('grid', crowd(2), { cells: 'nine-grid', gap: 16 })).toEqual([[0, 0, 952, 1080], [968, 0, 952, 1080]]); // prettier-ignore
  });

  it('a pattern of many stars takes no time', () => {
    const people = [{ ...crowd(1)[0]!, identity: 'a'.repeat(256) }];
    const identity = `${'*a'.repeat(100)}*b`;
    expect(boxes('single', people, { main: { identity } })).toEqual([]);
    expect(boxes('single', people, { main: { identity: '*a'.repeat(100) } })).toHaveLength(1);
  });

  it('floating: four small ones a row from the bottom left, five from 18 windows on', () => {
    const near = (value: number): number => Math.round(value / 2) * 2;
    const [main, first, second] = boxes('floating', crowd(6));
    expect(main).toEqual([0, 0, 1920, 1080]);
    expect(first?.slice(0, 2)).toEqual([near(0.012 * 1920), near(1080 - 0.247 * 1080)]);
    expect(second?.[0]).toBe(near((0.012 + 0.247) * 1920));
    expect(Math.abs((first?.[2] ?? 0) - 0.235 * 1920)).toBeLessThanOrEqual(2);
    expect(boxes('floating', crowd(6))[5]?.[1]).toBe(near(1080 - 2 * 0.247 * 1080));
    expect(boxes('floating', crowd(18))[1]?.slice(0, 2)).toEqual([near(0.01 * 1920), near(1080 - 0.198 * 1080)]);
    expect(layoutTiles('floating', canvas, crowd(3)).map(({ z }) => z)).toEqual([0, 1, 1]);
  });

  it.each([
    [5, [0, 0, 1536, 1080], [1536, 0, 384, 270], 4],
    [7, [0, 0, 1646, 1080], [1646, 0, 274, 180], 6],
    [9, [0, 0, 1706, 1080], [1706, 0, 214, 136], 8],
    [17, [0, 0, 1536, 1080], [1536, 0, 192, 136], 16],
    [25, [0, 0, 1536, 946], [1536, 0, 192, 136], 24],
  ] as const)('screen share with %i windows', (count, main, first, small) => {
    const people = [person(0, { identity: 'host', isScreen: true }), ...crowd(count - 1)];
    const found = boxes('screen-share', people);
    expect([found[0], found[1], found.length - 1]).toEqual([main, first, small]);
    expect(boxes('screen-share', people, { align: 'right' })[0]?.[0]).toBe(1920 - main[2]);
  });

  it('screen share: a second column, then a row below from the left', () => {
    const people = [person(0, { identity: 'host', isScreen: true }), ...crowd(24)];
    const found = boxes('screen-share', people);
    expect(found[9]?.slice(0, 2)).toEqual([1728, 0]);
    expect(found[17]?.slice(0, 2)).toEqual([0, 946]);
    expect(found[24]?.slice(0, 2)).toEqual([1344, 946]);
  });
});

describe('the large tile', () => {
  const people = [person(0), person(1), person(2), person(3, { isScreen: true })];

  it('goes to the shared screen, the speaker or the first person, each layout by its habit', () => {
    const first = (name: string, options: LayoutOptions = {}, list = people): string =>
      who(layoutTiles(name, canvas, list, options))[0] ?? '';
    for (const name of ['speaker', 'screen-share', 'floating', 'vertical', 'single']) expect([name, first(name)]).toEqual([name, 'p3*']);
    const cameras = people.slice(0, 3);
    expect(first('speaker', { speaker: 'p2' }, cameras)).toBe('p2');
    expect(first('single', { speaker: 'p2' }, cameras)).toBe('p2');
    expect(first('vertical', { speaker: 'p2' }, cameras)).toBe('p0');
    expect(first('screen-share', { speaker: 'p2', withoutShare: 'speaker' }, cameras)).toBe('p2');
    expect(boxes('screen-share', cameras, { withoutShare: 'column' })).toEqual([1, 2, 3].map((row) => [1536, (row - 1) * 270, 384, 270]));
    expect(boxes('screen-share', cameras)).toEqual(boxes('grid', cameras));
  });

  it('goes to `main` by name or pattern, and stays empty while nobody matches', () => {
    const main = (identity: string, source?: 'camera' | 'screen'): string[] =>
      who(layoutTiles('vertical', canvas, people, { main: source === undefined ? { identity } : { identity, source } }));
    expect(main('p2')[0]).toBe('p2');
    expect(main('p*')[0]).toBe('p0');
    expect(main('*3', 'screen')[0]).toBe('p3*');
    expect(main('p.')).toEqual(['p3*', 'p0', 'p1', 'p2']);
    expect(boxes('vertical', people, { main: { identity: 'nobody' } })[0]?.[0]).toBe(1536);
    expect(layoutTiles('single', canvas, people, { main: { identity: 'nobody' } })).toEqual([]);
  });

  it('keeps its person when there are more people than tiles', () => {
    expect(who(layoutTiles('speaker', canvas, crowd(20), { speaker: 'p15' }))).toEqual(['p15', 'p0', 'p1', 'p2', 'p3', 'p4']);
    expect(who(layoutTiles('floating', canvas, crowd(9), { main: { identity: 'p8' }, maxTiles: 3 }))).toEqual(['p8', 'p0', 'p1']);
    expect(who(layoutTiles('floating', canvas, crowd(9), { main: { identity: '*8' }, maxTiles: 3 }))).toEqual(['p8', 'p0', 'p1']);
    const sharing = [...crowd(9), person(8, { isScreen: true }), person(0, { isScreen: true }), person(1, { isScreen: true })];
    const camera = { main: { identity: 'p8', source: 'camera' as const }, maxTiles: 3 };
    expect(who(layoutTiles('vertical', canvas, sharing, camera))).toEqual(['p8', 'p0*', 'p1*']);
  });
});

describe('custom', () => {
  const tiles: readonly CustomTile[] = [
    { identity: 'p1', x: 0, y: 0, width: 0.5, height: 0.5, z: 1 },
    { slot: 7, x: 0.5, y: 0, width: 0.5, height: 0.5 },
    { slot: 2, x: 0, y: 0.5, width: 0.5, height: 0.5, fit: 'fill' },
    { x: 0.5, y: 0.5, width: 0.5, height: 0.5, source: 'screen' },
  ];

  it('seats people by name, then by slot number in the order of joining, screens apart', () => {
    const people = [...crowd(4), person(2, { isScreen: true })];
    const found = layoutTiles('custom', canvas, people, { tiles });
    expect(who(found)).toEqual(['p2', 'p0', 'p2*', 'p1']);
    expect(found.map(({ fit }) => fit)).toEqual(['cover', 'fill', 'cover', 'cover']);
    expect(found[3]).toMatchObject({ x: 0, y: 0, width: 960, height: 540 });
  });

  it('reads fractions or pixels, by their size or as told', () => {
    const pixels = [{ x: 100, y: 50, width: 320, height: 181, slot: 0 }];
    expect(boxes('custom', crowd(1), { tiles: pixels })).toEqual([[100, 50, 320, 182]]);
    expect(boxes('custom', crowd(1), { tiles: [{ x: 0, y: 0, width: 1, height: 1, slot: 0 }], unit: 'pixel' })).toEqual([[0, 0, 2, 2]]);
    expect(boxes('custom', crowd(1), { tiles: pixels }, { width: 200, height: 100 })).toEqual([[100, 50, 100, 50]]);
  });

  it('gives a seat to somebody named who has no picture, and shows an empty one only when there is something to show', () => {
    const silent = [person(1, { hasVideo: false })];
    expect(who(layoutTiles('custom', canvas, silent, { tiles }))).toEqual(['p1']);
    const empty = [{ ...tiles[0]!, identity: 'gone', placeholder: { color: '#00ff00' }, radius: 4 }];
    expect(layoutTiles('custom', canvas, [], { tiles: empty })).toMatchObject([{ identity: '', style: { radius: 4 } }]);
    expect(layoutTiles('custom', canvas, [], { tiles })).toEqual([]);
  });
});
