import type { TrackSource } from '@tapedeck/rtplog';
import type { ExtraName } from './extras/extra-name.ts';

/**
 * What one render makes, with every default filled in. Frozen, serialisable, stored in the recording's row; nothing edits it later.
 * Paths are absolute. `recordingDir` holds `e1/`, `e2/` … (the log); `outDir` belongs to this render alone.
 */
export interface RenderPlan {
  readonly version: 1;
  readonly recordingId: string;
  readonly outputIndex: number;
  readonly type: 'composite' | 'individual';
  readonly formats: readonly ContainerFormat[];
  /** null: audio only (also when every format is one of sound alone). Individual + remux copies the encoded pictures, if any. */
  readonly video: VideoPlan | null;
  /** null: video only. */
  readonly audio: AudioPlan | null;
  readonly layout: LayoutPlan;
  /** Individual only: copy encoded frames (`webm`: always; `mp4`: only when asked and the codec fits) or decode and encode. */
  readonly mode: 'remux' | 'transcode';
  /** Individual only: camera + microphone of a participant in one file (and screen + its audio in another). false: a file per track. */
  readonly merge: boolean;
  readonly fill: 'last-frame' | 'black' | 'placeholder';
  /**
   * Individual by transcode only. `source`: a file is as large as the largest width and the largest height of its pictures, and `video.width` × `video.height` are
   * used only while no picture is known. `fixed`: `video.width` × `video.height`.
   */
  readonly sizing: 'fixed' | 'source';
  /** Individual only: after so many seconds without media a new file begins; shorter gaps are filled. */
  readonly maxGapS: number;
  /** Individual only: after somebody was away from the room for longer, their new file begins; null or left out: never for that reason. */
  readonly resumeWaitS?: number | null;
  readonly partS: number;
  readonly keyframeS: number;
  /** A new file begins at the first keyframe after so many seconds. HLS is not cut: its parts are files already. */
  readonly sliceS: number;
  /** A new file begins at the last keyframe before a file would outgrow this (a file has one part at least). HLS is not cut. */
  readonly maxFileBytes: number;
  readonly hls: HlsPlan;
  readonly webm: WebmPlan;
  /** How long a packet may be late before the render goes on without it. */
  readonly holdbackMs: number;
  readonly subscribe: SubscribeRules;
  /** What this render makes beside its files: thumbnails of each of them, the recording's waveform and timeline. Absent (plans of earlier versions): nothing. */
  readonly extras?: readonly ExtraName[];
  /** The stretch of recording time to make; null or absent: all of it. */
  readonly window?: TimeWindow | null;
  /** True: `layout` counts from the first picture to the last; layout changes of the session are passed over. */
  readonly keepsLayout?: boolean;
}
/** A stretch of recording time. */
export interface TimeWindow {
  readonly fromMs: number;
  /** Exclusive; null: to the end. */
  readonly toMs: number | null;
}
/** `m4a`, `aac`, `mp3`, `wav` and `ogg` hold sound alone. */
export type ContainerFormat = 'mp4' | 'hls' | 'webm' | 'flv' | 'm4a' | 'aac' | 'mp3' | 'wav' | 'ogg';
/** What pictures are encoded with; the container decides: H.264 in MP4, HLS and FLV, VP8 or VP9 in WebM. */
export type PictureCodec = 'h264' | 'vp8' | 'vp9';
/** What sound is encoded with; the container decides: AAC in MP4, HLS, FLV, M4A and ADTS, Opus in WebM and Ogg, MP3, 16-bit PCM in WAV. */
export type SoundCodec = 'aac' | 'opus' | 'mp3' | 'pcm';
export interface HlsPlan {
  readonly segments: 'fmp4' | 'ts';
  /** Adds Tencent's `#EXT-X-TRTC-…` tags. */
  readonly privateTags: boolean;
}
export interface WebmPlan {
  /** Of composites; individual WebM keeps what was sent. */
  readonly codec: 'vp8' | 'vp9';
}
export interface VideoPlan {
  /** x264's speed setting. */
  readonly preset: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly bitrateKbps: number;
  readonly gopS: number;
}
export interface AudioPlan {
  readonly sampleRateHz: 48000 | 44100 | 32000 | 16000;
  readonly channels: 1 | 2;
  readonly bitrateKbps: number;
}
export interface LayoutPlan {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}
/** Identity patterns; `*` matches any run of characters. Deny wins over allow. */
export interface SubscribeRules {
  readonly audio: { readonly allow: readonly string[]; readonly deny: readonly string[] };
  readonly video: { readonly allow: readonly string[]; readonly deny: readonly string[] };
}

/**
 * A finished or growing file, one line of `<outDir>/files.jsonl` per change (the last line of a `key` and `format` counts).
 * Only this file and the files it names pass from render to delivery.
 */
export interface RenderedFile {
  /** Stable within the plan, e.g. `composite`, `alice.camera`, `alice.screen`. */
  readonly key: string;
  /** `replaced`: of no interest any more, other files hold the same (the pictures outgrew it). */
  readonly state: 'growing' | 'complete' | 'replaced';
  readonly type: 'composite' | 'individual' | 'track';
  readonly participant: string | null;
  readonly source: TrackSource | null;
  readonly format: ContainerFormat;
  /** Relative to outDir. HLS: the playlist; its parts stand beside it and are listed in `parts`. */
  readonly path: string;
  readonly parts: readonly string[];
  /** RecordingUs / 1000 of the file's first instant. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly sizeBytes: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly videoCodec: string | null;
  readonly audioCodec: string | null;
}

/** What is made beside the files: thumbnails (`path` is a WebVTT track, `parts` its JPEG sheets, `width` × `height` one thumbnail), waveform and timeline (JSON). */
export interface ExtraFile extends Omit<RenderedFile, 'type' | 'format'> {
  readonly type: ExtraName;
  readonly format: 'vtt' | 'json';
}

/** A line of `<outDir>/files.jsonl`. */
export type JournaledFile = RenderedFile | ExtraFile;

/** `<outDir>/progress.json`, replaced by rename about once a second; `done` after the last file is complete. */
export interface RenderProgress {
  readonly renderedMs: number;
  readonly logMs: number;
  readonly done: boolean;
  readonly error: string | null;
}
