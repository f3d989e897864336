import { expect, it } from 'vitest';
import { hlsPlaylist } from './hls-playlist.ts';

it('writes a playlist that says its longest part and escapes names', () => {
  const parts = [
    { name: '00001.m4s', durationUs: 4_000_000 },
    { name: '00002.m4s', durationUs: 4_600_000 },
  ];
  const text = hlsPlaylist({ folder: 'parts/李 雷', parts, targetS: 4, startWallMs: 0, hasEnded: false });
  expect(text.split('\n')).toEqual([
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-TARGETDURATION:5',
    '#EXT-X-MEDIA-SEQUENCE:1',
    '#EXT-X-PLAYLIST-TYPE:EVENT',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-MAP:URI="parts/%E6%9D%8E%20%E9%9B%B7/init.mp4"',
    '#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:00.000Z',
    '#EXTINF:4.000000,',
    'parts/%E6%9D%8E%20%E9%9B%B7/00001.m4s',
    '#EXTINF:4.600000,',
    'parts/%E6%9D%8E%20%E9%9B%B7/00002.m4s',
    '',
  ]);
  expect(hlsPlaylist({ folder: 'p', parts, targetS: 4, startWallMs: null, hasEnded: true })).toContain('#EXT-X-PLAYLIST-TYPE:VOD\n');
});
