import type { EncodedSample, Part, TrackConfig } from './types.ts';

/** Ticks of sound that a decoder has to hear before what it gives out is right, by codec (Opus: 80 ms). @see RFC 7845 §4.6 */
const settleTicks: Readonly<Partial<Record<TrackConfig['codec'], number>>> = { aac: 1024, mp3: 1105, opus: 3840 };

/** What no container needs more of per frame, and per part. */
const overheadBytes = { frame: 32, part: 1024 };

/**
 * A part as the first one of a file: with so many of the frames before it in front of its sound that a decoder which begins here and leaves out what lies before the file's
 * first instant gives what one that came through gives. The first part of an output has its own priming.
 */
export function primed(part: Part, configs: readonly TrackConfig[]): Part {
  const { before = [], audio } = part;
  const config = configs.find(({ kind }) => kind === 'audio');
  if (config === undefined || before.length === 0 || audio.length === 0) return { ...part, before: [] };
  const wanted = Math.round((part.startUs * config.timescale) / 1e6) - (settleTicks[config.codec] ?? 0);
  const from = before.findLastIndex(({ pts }) => pts <= wanted);
  return { ...part, before: [], audio: [...before.slice(Math.max(0, from)), ...audio] };
}

/** Upper bound of what a part adds to a file. */
export function mostBytesOf({ video, audio }: Part): number {
  const sum = (samples: readonly EncodedSample[]): number =>
    samples.reduce((bytes, { data }) => bytes + data.length + overheadBytes.frame, 0);
  return sum(video) + sum(audio) + overheadBytes.part;
}
