import type { TrackSource } from '@tapedeck/rtplog';

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
  /** null: audio only. Individual + remux copies the encoded pictures and ignores it. */
  readonly video: VideoPlan | null;
  /** null: video only. */
  readonly audio: AudioPlan | null;
  readonly layout: LayoutPlan;
  /** Individual only: copy encoded frames (`webm`: always; `mp4`: only when asked and the codec fits) or decode and encode. */
  readonly mode: 'remux' | 'transcode';
  /** Individual only: camera + microphone of a participant in one file (and screen + its audio in another). false: a file per track. */
  readonly merge: boolean;
  readonly fill: 'last-frame' | 'black' | 'placeholder';
  readonly partS: number;
  readonly keyframeS: number;
  readonly sliceS: number;
  /** How long a packet may be late before the render goes on without it. */
  readonly holdbackMs: number;
  readonly subscribe: SubscribeRules;
}
export type ContainerFormat = 'mp4' | 'hls' | 'webm';
export interface VideoPlan {
  readonly codec: 'h264';
  readonly preset: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly bitrateKbps: number;
  readonly gopS: number;
}
export interface AudioPlan {
  readonly codec: 'aac';
  readonly sampleRateHz: 48000 | 44100 | 16000;
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
 * A finished or growing file, one line of `<outDir>/files.jsonl` per change (last line of a `key` counts).
 * Only this file and the files it names pass from render to delivery.
 */
export interface RenderedFile {
  /** Stable within the plan, e.g. `composite`, `alice.camera`, `alice.screen`. */
  readonly key: string;
  readonly state: 'growing' | 'complete';
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

/** `<outDir>/progress.json`, replaced by rename about once a second; `done` after the last file is complete. */
export interface RenderProgress {
  readonly renderedMs: number;
  readonly logMs: number;
  readonly done: boolean;
  readonly error: string | null;
}
