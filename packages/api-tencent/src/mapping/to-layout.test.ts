import { layoutTiles } from '@tapedeck/layout';
import type { LayoutOptions, Person } from '@tapedeck/layout';
import { parseOutput } from '@tapedeck/protocol';
import { describe, expect, it } from 'vitest';
import { TencentError } from '../errors.ts';
import type { MixLayoutParams } from '../parameters/layout-schemas.ts';
import { toLayout } from './to-layout.ts';

const canvas = { width: 1000, height: 500 };
const crowd = (count: number): Person[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{
      identity: `p${String(index).padStart(2, '0')}`,
      hasVideo: true,
      aspect: null,
      isSpeaking: false,
      isScreen: false,
      joinedOrder: index,
    },
  }));

/** What the native reader makes of the layout: what it does not know would be refused here. */
function read(params: MixLayoutParams): { name: string; options: LayoutOptions & Record<string, unknown> } {
  const output = parseOutput({ type: 'composite', video: { width: 1000, height: 500 }, layout: toLayout(params, canvas) });
  return (output as unknown as { layout: never }).layout;
}
function place(params: MixLayoutParams, people: readonly Person[]) {
  const { name, options } = read(params);
  return layoutTiles(name, canvas, people, options).map(({ identity, x, y, width, height }) => [identity, x, y, width, height]);
}
const codeOf = (params: MixLayoutParams): string => {
  try {
    toLayout(params, canvas);
    return 'none';
  } catch (error) {
    return error instanceof TencentError ? error.vendorCode : String(error);
  }
};

describe('the vendor’s geometry', () => {
  it('of nine-grid steps through halves and squares, row by row', () => {
    expect(place({ MixLayoutMode: 3 }, crowd(1))).toEqual([['p00', 0, 0, 1000, 500]]);
    expect(place({ MixLayoutMode: 3 }, crowd(2))).toEqual([['p00', 0, 0, 500, 500], ['p01', 500, 0, 500, 500]]); // prettier-ignore
    expect(place({ MixLayoutMode: 3 }, crowd(3))[2]).toEqual(['p02', 0, 250, 500, 250]);
    expect(place({ MixLayoutMode: 3 }, crowd(25))[24]).toEqual(['p24', 800, 400, 200, 100]);
  });

  it('of floating puts small windows from the bottom left over the large one', () => {
    const tiles = place({ MixLayoutMode: 1, MaxResolutionUserId: 'p01' }, crowd(3));
    expect(tiles).toEqual([
      ['p01', 0, 0, 1000, 500],
      ['p00', 12, 376, 236, 118],
      ['p02', 260, 376, 234, 118],
    ]);
    const [, ...small] = place({ MixLayoutMode: 1 }, crowd(18));
    expect(small[0]?.slice(1)).toEqual([10, 402, 188, 94]);
    expect(small[5]?.slice(1, 3)).toEqual([10, 302]);
  });

  it('of screen share has its cells by the number of windows, mirrored on demand', () => {
    const main = { MixLayoutMode: 2, MaxResolutionUserId: 'p00' } as const;
    expect(place(main, crowd(3))).toEqual([
      ['p00', 0, 0, 800, 500],
      ['p01', 800, 0, 200, 126],
      ['p02', 800, 126, 200, 124],
    ]);
    expect(place({ ...main, MaxResolutionUserAlign: 1 }, crowd(2))).toEqual([['p00', 200, 0, 800, 500], ['p01', 0, 0, 200, 126]]); // prettier-ignore
    expect(place(main, crowd(10))[0]).toEqual(['p00', 0, 0, 800, 500]);
    expect(place(main, crowd(18))[0]).toEqual(['p00', 0, 0, 800, 438]);
    expect(place({ MixLayoutMode: 2 }, crowd(1))).toEqual([['p00', 800, 0, 200, 126]]); // nobody is named: the large window is empty
  });

  it('of custom is in pixels, by user or in the order of entering', () => {
    const list: MixLayoutParams['MixLayoutList'] = [
      { Top: 0, Left: 0, Width: 1000, Height: 500, ImageLayer: 7 },
      { Top: 10, Left: 20, Width: 300, Height: 200, UserId: 'p02', ImageLayer: 9, Alpha: 51, RenderMode: 3, MediaId: 0 },
      { Top: 0, Left: 0, Width: 0, Height: 0, UserId: 'p01' },
    ];
    expect(place({ MixLayoutMode: 4, MixLayoutList: list }, crowd(3))).toEqual([['p00', 0, 0, 1000, 500], ['p02', 20, 10, 300, 200]]); // prettier-ignore
    expect(read({ MixLayoutMode: 4, MixLayoutList: list }).options.tiles?.[1]).toMatchObject({
      z: 2,
      opacity: 0.8,
      fit: 'smart',
      source: 'camera',
    });
  });

  it.each<readonly [0 | 1 | 2 | 3, string]>([
    [0, 'fill'],
    [1, 'cover'],
    [2, 'contain'],
    [3, 'smart'],
  ])('has RenderMode %d as %s', (RenderMode, fit) => {
    expect(read({ MixLayoutMode: 3, RenderMode }).options).toMatchObject({ fit });
  });

  it('keeps windows for people who are only heard, unless it may not', () => {
    const silent = crowd(2).map((person, index) => ({ ...person, hasVideo: index === 0 }));
    expect(place({ MixLayoutMode: 3 }, silent)).toHaveLength(2);
    expect(place({ MixLayoutMode: 3, PureAudioDisableLayout: true }, silent)).toHaveLength(1);
  });
});

describe('the look', () => {
  it('has backgrounds, placeholders and watermarks', () => {
    const { options } = read({
      MixLayoutMode: 4,
      MixLayoutList: [
        { Top: 0, Left: 0, Width: 10, Height: 10, SubBackgroundImage: 'http://x/own.png' },
        { Top: 0, Left: 10, Width: 10, Height: 10 },
      ],
      ...{ BackGroundColor: '#ff0000', BackgroundImageUrl: 'https://x/b.jpeg?v=1', BackgroundImageRenderMode: 2, PlaceHolderMode: 1 },
      DefaultSubBackgroundImage: 'http://x/usual.png',
      WaterMarkList: [
        { WaterMarkImage: { WaterMarkUrl: 'http://x/m.png', Top: 1, Left: 2, Width: 30, Height: 40 } },
        { WaterMarkType: 1, WaterMarkChar: { Top: 1, Left: 2, Width: 300, Height: 40, Chars: '课程' } },
        { WaterMarkType: 2, WaterMarkTimestamp: { Pos: 4, TimeZone: -3 } },
        { WaterMarkType: 2, WaterMarkTimestamp: { Pos: 6 } },
      ],
    });
    expect(options).toMatchObject({
      background: { color: '#ff0000', image: { url: 'https://x/b.jpeg?v=1', fit: 'contain' } },
      placeholder: { image: { url: 'http://x/usual.png' } },
      tiles: [{ placeholder: { image: { url: 'http://x/own.png' } } }, { placeholder: { image: { url: 'http://x/usual.png' } } }],
      watermarks: [
        { type: 'image', url: 'http://x/m.png', x: 2, y: 1, width: 30, height: 40 },
        { type: 'text', text: '课程', fontSize: 14, color: '#FFFFFF', background: null },
        { type: 'timestamp', position: 'top-center', timeZone: '-03:00' },
        { type: 'timestamp', position: 'center', timeZone: '+08:00' },
      ],
    });
  });

  it('outside the canvas is refused, and what its kind needs must be there', () => {
    const mark = { WaterMarkUrl: 'http://x/m.png', Top: 1, Left: 900, Width: 101, Height: 40 };
    expect(codeOf({ MixLayoutMode: 3, WaterMarkList: [{ WaterMarkImage: mark }] })).toBe('InvalidParameter.OutOfRange');
    expect(codeOf({ MixLayoutMode: 3, WaterMarkList: [{}] })).toBe('MissingParameter');
    expect(codeOf({ MixLayoutMode: 3, WaterMarkList: [{ WaterMarkType: 2 }] })).toBe('MissingParameter');
    expect(codeOf({ MixLayoutMode: 4, MixLayoutList: [{ Top: 401, Left: 0, Width: 10, Height: 100 }] })).toBe(
      'InvalidParameter.OutOfRange',
    );
    expect(codeOf({ MixLayoutMode: 4, MixLayoutList: [{ Top: 0, Left: 0, Width: 0, Height: 10 }] })).toBe('InvalidParameter.OutOfRange');
  });
});
