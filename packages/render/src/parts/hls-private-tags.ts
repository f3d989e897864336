import type { OutputOptions } from './types.ts';

/** Private tags of a playlist: those in its head, and the one before each segment. */
export interface PrivateTags {
  readonly head: readonly string[];
  /** @param startUs Of the segment, since the output's first instant. */
  segment(startUs: number, sizeBytes: number): string;
}

/** FFmpeg's numbers, as Tencent's playlists carry them. */
const codecNumbers = { h264: 27, aac: 86_018 } as const;

/**
 * Tencent's `#EXT-X-TRTC-…` tags: when the recording began on the wall clock, whose stream it is and what it holds, and for each segment its wall-clock start
 * and size. Without a wall clock times count from the output's first instant.
 */
export function privateHlsTags(options: Pick<OutputOptions, 'type' | 'participant' | 'source' | 'tracks' | 'startWallMs'>): PrivateTags {
  const { type, participant, source, tracks, startWallMs } = options;
  const startMs = Math.round(startWallMs ?? 0);
  const video = tracks.find((track) => track.kind === 'video');
  const audio = tracks.find((track) => track.kind === 'audio');
  const isScreen = source === 'screen_share' || source === 'screen_share_audio';
  const values: (readonly [name: string, value: string | number])[] = [
    ['START-REC-TIME', startMs],
    ['VERSION', 'tapedeck'],
    ['MEDIA-ID', type === 'composite' ? 'mix' : isScreen ? 'aux' : 'main'],
    ['MIX-STREAM', type === 'composite' ? 1 : 0],
    ['STREAM-TYPE', video === undefined ? 0 : 1],
  ];
  if (participant !== null) values.push(['USER-ID', participant.replaceAll(/[\r\n]/g, ' ')]);
  if (audio !== undefined)
    values.push(['AUDIO-METADATA', `Channel:${audio.channels} SampleRate:${audio.sampleRateHz} SampleFormat:1 Codec:${codecNumbers.aac}`]);
  if (video !== undefined) values.push(['VIDEO-METADATA', `WIDTH:${video.width} HEIGHT:${video.height} Codec:${codecNumbers.h264}`]);
  return {
    head: values.map(([name, value]) => `#EXT-X-TRTC-${name}:${value}`),
    segment: (startUs, sizeBytes) => `#EXT-X-TRTC-FILE-ATTR:${startMs + Math.round(startUs / 1000)},${sizeBytes}`,
  };
}
