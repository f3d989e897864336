/** Who records: our recorder, the browser's own, or nobody, and the sources only send. */
export type RecordedBy = 'tapedeck' | 'browser' | 'none';

/** What is recorded, by both kinds of recorder. */
export interface MeasuredJob {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly bitrateKbps: number;
  readonly soundKbps: number;
  readonly keyframeS: number;
  readonly container: 'mp4' | 'webm';
  /** Of the picture; the sound is Opus. */
  readonly codec: 'h264' | 'vp8';
  /** All of them are seen; those with `isHeard` are heard too. */
  readonly people: readonly { readonly identity: number; readonly isHeard: boolean }[];
}

/** What came of it. */
export interface MeasuredRecording {
  /** From the stop to the first picture of the finished file in a player. */
  readonly stopMs: number;
  /** From the start to the stop, by the clock on the wall. */
  readonly recordedMs: number;
  readonly playerS: number;
  readonly sizeBytes: number;
  readonly droppedFrames: number;
}
