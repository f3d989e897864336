import { expect, it } from 'vitest';
import { hlsPlaylist } from './hls-playlist.ts';
import { privateHlsTags } from './hls-private-tags.ts';

it('writes a playlist that says its longest part and escapes names', () => {
  const parts = [
    { name: '00001.m4s', startUs: 0, durationUs: 4_000_000, sizeBytes: 1000 },
    { name: '00002.m4s', startUs: 4_000_000, durationUs: 4_600_000, sizeBytes: 2000 },
  ];
  const fmp4 = { initName: 'init.mp4', targetS: 4, privateTags: null };
  const text = hlsPlaylist({ ...fmp4, folder: 'parts/李 雷', parts, startWallMs: 0, hasEnded: false });
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
  expect(hlsPlaylist({ ...fmp4, folder: 'p', parts, startWallMs: null, hasEnded: true })).toContain('#EXT-X-PLAYLIST-TYPE:VOD\n');
});

it('writes Tencent’s tags in the head and before each segment, and no init section for MPEG-TS', () => {
  const video = { kind: 'video', codec: 'h264', timescale: 90_000, width: 640, height: 480, codecConfig: null } as const;
  const audio = { kind: 'audio', codec: 'aac', timescale: 48_000, sampleRateHz: 48_000, channels: 1, codecConfig: null } as const;
  const startWallMs = 1_700_000_000_123;
  const tags = { type: 'individual', participant: '李\n雷', source: 'camera', tracks: [video, audio], startWallMs } as const;
  const parts = [{ name: '00001.ts', startUs: 4_000_000, durationUs: 2_500_000, sizeBytes: 1880 }];
  const list = { folder: 'p', initName: null, parts, targetS: 4, startWallMs: null, hasEnded: true };
  const text = hlsPlaylist({ ...list, privateTags: privateHlsTags(tags) });
  expect(text.split('\n')).toEqual([
    '#EXTM3U',
    '#EXT-X-VERSION:3',
    '#EXT-X-TARGETDURATION:4',
    '#EXT-X-MEDIA-SEQUENCE:1',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-TRTC-START-REC-TIME:1700000000123',
    '#EXT-X-TRTC-VERSION:tapedeck',
    '#EXT-X-TRTC-MEDIA-ID:main',
    '#EXT-X-TRTC-MIX-STREAM:0',
    '#EXT-X-TRTC-STREAM-TYPE:1',
    '#EXT-X-TRTC-USER-ID:李 雷',
    '#EXT-X-TRTC-AUDIO-METADATA:Channel:1 SampleRate:48000 SampleFormat:1 Codec:86018',
    '#EXT-X-TRTC-VIDEO-METADATA:WIDTH:640 HEIGHT:480 Codec:27',
    '#EXT-X-TRTC-FILE-ATTR:1700000004123,1880',
    '#EXTINF:2.500000,',
    'p/00001.ts',
    '#EXT-X-ENDLIST',
    '',
  ]);
  const ofMix = privateHlsTags({ ...tags, type: 'composite', participant: null, tracks: [audio] }).head;
  expect(ofMix).toContain('#EXT-X-TRTC-MEDIA-ID:mix');
  expect(ofMix).toContain('#EXT-X-TRTC-STREAM-TYPE:0');
});
