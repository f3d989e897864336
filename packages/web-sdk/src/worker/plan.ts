import type { LayoutOptions } from '@tapedeck/layout';
import type { FileFormat } from '../store/recording-store.ts';

/** Codecs of the picture, in the names of mediabunny. */
export type VideoCodecName = 'avc' | 'vp8' | 'vp9' | 'av1';
/** Codecs of the sound. */
export type AudioCodecName = 'aac' | 'opus' | 'mp3';

/** The picture to make. Sizes even. */
export interface VideoPlan {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly bitrateBps: number;
  /** Seconds from keyframe to keyframe: a crash loses at most this and what the encoder holds. */
  readonly keyframeS: number;
  readonly codec: VideoCodecName | null;
  readonly background: string;
}

/** The sound to make. */
export interface AudioPlan {
  readonly rateHz: number;
  readonly channels: 1 | 2;
  readonly bitrateBps: number;
  readonly codec: AudioCodecName | null;
}

/** Which picture is where. */
export interface LayoutPlan {
  readonly name: string;
  readonly options: LayoutOptions;
}

/** Everything a recording needs to begin; never changes while it runs. */
export interface RecordingPlan {
  readonly id: string;
  readonly name: string;
  readonly format: FileFormat;
  readonly video: VideoPlan | null;
  readonly audio: AudioPlan | null;
  readonly layout: LayoutPlan;
  /** Over 0: only the last so many seconds are kept. */
  readonly cycleS: number;
  /** True: the worker reads and mixes the tracks' sound. False: blocks come from a worklet. */
  readonly mixesTracks: boolean;
  /** Bytes come ready made from a `MediaRecorder` of the page. */
  readonly isForeign: boolean;
}

/** Why a recording ended. */
export type EndReason = 'stopped' | 'storage-full' | 'failed';

/** How far a recording is. */
export interface Progress {
  readonly bytes: number;
  /** Recorded time, pauses left out. */
  readonly durationMs: number;
  /** Pictures that were due but not encoded because the encoder had not yet taken those before. */
  readonly droppedFrames: number;
}

/** What the worker says when a recording has ended. */
export interface Ending extends Progress {
  readonly reason: EndReason;
  /** False: there is no whole file, for instance because it was stopped before the first picture. */
  readonly isWhole: boolean;
}
