import type { ExpectedPerson } from '../synthetic/types.ts';

/** A time span of the file, ms. */
export interface FileSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Who must be seen and heard. An {@link ExpectedPerson} of a synthetic log says it all; of a live publisher only identity, number and frame rate are known: then the person's
 * own pictures (else the first beep) tell when media time 0 was, and the person is expected from there (at the earliest the file's start) to the end of the file.
 */
export type CheckedPerson = Pick<ExpectedPerson, 'identity' | 'id' | 'fps'> & Partial<ExpectedPerson>;

/** Where a person is shown, in pixels of the file, for a span of it (default: all the time). */
export interface ExpectedTile extends Partial<FileSpan> {
  readonly identity: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a finished file must hold. */
export interface FileExpectation {
  /** `individual`: one picture per published frame. `composite`: pictures at a constant rate that show the newest frame of each person. */
  readonly type: 'individual' | 'composite';
  readonly people: readonly CheckedPerson[];
  /** Default: the only person fills the picture. */
  readonly tiles?: readonly ExpectedTile[];
  /** Recording time of the file's first instant, ms; default 0. */
  readonly startMs?: number;
  readonly durationMs?: number;
  readonly width?: number;
  readonly height?: number;
  /** Width by height of the sources; default 16:9. */
  readonly aspect?: number;
  /**
   * Spans of the file whose pictures are looked at, each from its first keyframe on; default: all. Decoding is nearly all of the work: six seconds of every minute make an hour ten times
   * cheaper to check. Sound is always heard whole.
   */
  readonly watch?: readonly FileSpan[];
  /** Limits behind `problems`. */
  readonly tolerance?: Partial<Tolerance>;
}

/** From where on a difference is a problem. */
export interface Tolerance {
  /** Between sound and picture; default 40. */
  readonly offsetMs: number;
  /** Default 100. */
  readonly durationMs: number;
  /** Share of a person's frames, 0…100; default 1. */
  readonly lostPercent: number;
  /** A picture this far from its time is misplaced; default 200. */
  readonly misplacedMs: number;
  /** Shortest silence or unreadable stretch that counts; default 300. */
  readonly holeMs: number;
  /** The first so many ms of each of a person's spans are not judged: keyframes and sender reports must come first. Default 1000. */
  readonly settleMs: number;
}

/** Pictures of one person. */
export interface VideoReport {
  readonly framesExpected: number;
  /** Different frames seen. */
  readonly framesSeen: number;
  readonly framesLost: number;
  /** Pictures that show the same frame as the one before although another was due. */
  readonly framesRepeated: number;
  /** Pictures that show the right person at the wrong time, or somebody else. */
  readonly framesMisplaced: number;
  /** Identities (numbers) seen in this person's tile instead. */
  readonly strangers: readonly number[];
  /** Pictures in the wrong colour, and flashes where none were due (or none where one was). */
  readonly framesDiscoloured: number;
  /** Nothing readable (black, frozen garbage, missing) where there was media. */
  readonly holes: readonly FileSpan[];
}

/** Sound of one person. */
export interface AudioReport {
  readonly beepsExpected: number;
  readonly beepsHeard: number;
  /** Silence where there was sound; without a hum: where a beep is missing. */
  readonly holes: readonly FileSpan[];
}

/** Sync of one person in one minute of the file. Delays are against the time at which the media was taken. Null: nothing to measure. */
export interface SyncReport {
  readonly minute: number;
  readonly videoDelayMs: number | null;
  /** How far off `videoDelayMs` may be: half a frame when output and source frame rates are in step, less when not, ~0 for individual files. */
  readonly videoUncertaintyMs: number;
  readonly audioDelayMs: number | null;
  /** audio − video: positive when sound is late. */
  readonly offsetMs: number | null;
}

/** One person in the file. */
export interface PersonReport {
  readonly identity: string;
  readonly video: VideoReport | null;
  readonly audio: AudioReport | null;
  readonly sync: readonly SyncReport[];
  /** The greatest |offset| of all minutes, ms; null when none could be measured. */
  readonly worstOffsetMs: number | null;
}

/** What a file holds. */
export interface FileReport {
  readonly durationMs: number;
  /** Duration − expected; null without an expectation. */
  readonly durationErrorMs: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly videoCodec: string | null;
  readonly audioCodec: string | null;
  /** Decoded pictures. */
  readonly pictures: number;
  /** Longest time between two pictures. */
  readonly longestPictureGapMs: number;
  readonly people: readonly PersonReport[];
  /** Sentences; empty when everything is within tolerance. */
  readonly problems: readonly string[];
}
