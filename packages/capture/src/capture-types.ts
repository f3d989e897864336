import type { EndReason, KeyPair, LayerChoice, Log, Publication, RecorderStats } from '@tapedeck/livekit';
import type { LogWriter, RecordedRules } from '@tapedeck/rtplog';

/** How {@link startCapture} records one room into one log. */
export interface CaptureOptions {
  /** Opened for this recording and epoch. Stays the caller's: capture appends, the caller seals. */
  readonly log: LogWriter;
  readonly url: string;
  readonly auth: { readonly token: string } | KeyPair;
  readonly room: string;
  readonly recordingId: string;
  readonly epoch: number;
  /** Recording time at which this epoch begins, µs (0 for the first). */
  readonly recordingUsAtStart?: number;
  /** Identity to join as; default `recorder-<recordingId>-<epoch>`. A second participant of the same identity throws the first one out. */
  readonly identity?: string;
  readonly shouldSubscribe?: (publication: Publication) => boolean;
  /** The rules that `shouldSubscribe` goes by, for the log; left out: everything is recorded. */
  readonly rules?: RecordedRules;
  readonly chooseLayer?: (publication: Publication) => LayerChoice;
  /** Longest time between keyframes, seconds; default 30. */
  readonly keyframeS?: number;
  /** How long to try to come back after a lost connection, seconds; default 60. */
  readonly reconnectS?: number;
  readonly limits?: CaptureLimits;
  readonly onEvent?: (event: CaptureEvent) => void;
  readonly signal?: AbortSignal;
  readonly logger?: Log;
}

/** Bounds of one recording. */
export interface CaptureLimits {
  /** Most tracks received at a time; further publications are left out and named in an event. Default 500. */
  readonly maxTracks?: number;
}

/** What capture tells the recorder role while it runs. */
export type CaptureEvent =
  | { readonly type: 'first-packet'; readonly us: number }
  | {
      readonly type: 'joined' | 'left';
      readonly participantSid: string;
      readonly identity: string;
      readonly name: string;
      readonly us: number;
    }
  | { readonly type: 'disconnected'; readonly scope: 'signal' | 'media'; readonly reason: string }
  | { readonly type: 'reconnected'; readonly how: 'resumed' | 'rejoined' }
  /** A track is encrypted end to end: its packets are logged, but nothing can be made of them without the key. */
  | { readonly type: 'encrypted'; readonly trackSid: string; readonly identity: string }
  /** `maxTracks` is reached: this track is not recorded until another one ends. */
  | { readonly type: 'track-limit'; readonly trackSid: string; readonly identity: string; readonly maxTracks: number }
  | { readonly type: 'ended'; readonly reason: CaptureEnd };

/** Why a capture ended: what {@link Capture.stop} was given, or why the participant ended. */
export type CaptureEnd = EndReason | (string & {});

/** A running capture. */
export interface Capture {
  readonly room: string;
  /** CLOCK_MONOTONIC µs at which the recording's clock started. */
  readonly startUs: number;
  readonly isPaused: boolean;
  /** CLOCK_MONOTONIC µs of the last media packet, paused or not; null before the first. */
  readonly lastMediaUs: number | null;
  /** Keeps the subscriptions but appends no packet until {@link resume}. `hold`: recording time goes on meanwhile; `cut` (default): it stands still. Idempotent. */
  pause(mode?: 'cut' | 'hold'): void;
  /** Appends again and asks every video track for a keyframe. Idempotent. */
  resume(): void;
  /** Replaces the subscription rule, applies it to everything published and writes its rules into the session. */
  setSubscribe(shouldSubscribe: (publication: Publication) => boolean, rules: RecordedRules): void;
  /** Writes a layout change into the session; `layout` must be JSON. */
  setLayout(layout: unknown): void;
  /** Leaves the room and writes the last event. Resolves when everything has been flushed. Idempotent: the first reason counts. */
  stop(reason: string): Promise<void>;
  readonly stats: RecorderStats & { readonly skippedWhilePaused: number };
  /** Resolves once, whoever ended it; never rejects. */
  readonly ended: Promise<{ readonly reason: CaptureEnd }>;
}
