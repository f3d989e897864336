import { expect, it } from 'vitest';
import { readPlaylist, renamePlaylist } from './playlist-parts.ts';

it('names the parts of a playlist beside it, decoded, with their initialization', () => {
  const text = [
    '#EXTM3U',
    '#EXT-X-TARGETDURATION:4',
    '#EXT-X-MAP:URI="parts/%C3%BC%20x/init.mp4"',
    '#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z',
    '#EXTINF:4.000000,',
    'parts/%C3%BC%20x/00001.m4s',
    '#EXTINF:2.500000,',
    'parts/%C3%BC%20x/00002.m4s',
    '',
  ].join('\n');
  expect(readPlaylist(text, 'composite.m3u8')).toEqual({
    parts: ['parts/ü x/init.mp4', 'parts/ü x/00001.m4s', 'parts/ü x/00002.m4s'],
    durationMs: 6_500,
  });
  expect(readPlaylist('#EXTINF:1,\na.ts\n', 'deep/x.m3u8').parts).toEqual(['deep/a.ts']);
});

it('gives parts the names that they have in the storage, with the time at which each begins', () => {
  const at: [string, number][] = [];
  const nameOf = ({ name, startWallMs }: { name: string; startWallMs: number }): string => {
    at.push([name, startWallMs]);
    return `a+b? ${name}`;
  };
  const head = ['#EXTM3U', '#EXT-X-MAP:URI="parts/x/init.mp4"', '#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:10.000Z'];
  const body = ['#EXTINF:4.004000,', 'parts/x/00001.m4s', '#EXTINF:2.500000,', 'parts/x/00002.m4s', '#EXT-X-ENDLIST', ''];
  const list = renamePlaylist([...head, ...body].join('\n'), 'x.m3u8', 5, nameOf);
  expect(list.text.split('\n')).toEqual([
    ...['#EXTM3U', '#EXT-X-MAP:URI="a+b%3F%20init.mp4"', '#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:10.000Z'],
    ...['#EXTINF:4.004000,', 'a+b%3F%2000001.m4s', '#EXTINF:2.500000,', 'a+b%3F%2000002.m4s', '#EXT-X-ENDLIST', ''],
  ]);
  expect(list.renamed[1]).toEqual({ path: 'parts/x/00001.m4s', name: 'a+b? 00001.m4s' });
  expect(list.durationMs).toBe(6_504);
  expect(at).toEqual([
    ['init.mp4', 5],
    ['00001.m4s', 10_000],
    ['00002.m4s', 14_004],
  ]);
  at.length = 0;
  const tags = [
    '#EXT-X-TRTC-FILE-ATTR:1700000000123,7',
    '#EXTINF:4,',
    'p/1.ts',
    '#EXT-X-TRTC-FILE-ATTR:1700000004999,7',
    '#EXTINF:4,',
    'p/2.ts',
  ];
  renamePlaylist(tags.join('\n'), 'x.m3u8', 0, nameOf);
  expect(at).toEqual([
    ['1.ts', 1_700_000_000_123],
    ['2.ts', 1_700_000_004_999],
  ]);
});
