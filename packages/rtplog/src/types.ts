import type { Codec } from '@tapedeck/rtp';

export type TrackSource = 'camera' | 'microphone' | 'screen_share' | 'screen_share_audio' | 'unknown';

/** What one RTP payload type of a track carries. `red` and `rtx` wrap others: `red` lists `blocks`, `rtx` names its `associatedPayloadType`. */
export interface PayloadFormat {
  readonly payloadType: number;
  readonly codec: Codec | 'red' | 'rtx';
  readonly clockRateHz: number;
  readonly channels?: number;
  /** The SDP `a=fmtp` value, verbatim ('' when there is none). */
  readonly fmtp: string;
  readonly associatedPayloadType?: number;
}

/** First bytes of every segment (JSON after magic and version): enough to read the segment alone. */
export interface TrackHeader {
  readonly recordingId: string;
  readonly epoch: number;
  readonly trackSid: string;
  readonly participantSid: string;
  readonly participantIdentity: string;
  readonly participantName: string;
  readonly kind: 'audio' | 'video';
  readonly source: TrackSource;
  readonly formats: readonly PayloadFormat[];
  readonly headerExtensions: readonly { readonly id: number; readonly uri: string }[];
  /** SSRC of RTX for the media SSRC, when negotiated. */
  readonly rtxSsrc: number | null;
  /** Monotonic µs (CLOCK_MONOTONIC of the node) and wall clock (ms since 1970) at the same instant. */
  readonly startUs: number;
  readonly startWallMs: number;
}

export type RecordKind = 'rtp' | 'rtcp' | 'gap' | 'note';

/** One record of a segment. `bytes` is a view into the reader's buffer: valid until the next read; copy to keep. */
export interface LogRecord {
  readonly kind: RecordKind;
  /** Monotonic µs of the node that captured. */
  readonly arrivalUs: number;
  /** rtp/rtcp: the packet as it came. gap: JSON {droppedPackets, reason}. note: UTF-8 JSON. RTX packets are stored restored (original PT/sequence/SSRC). */
  readonly bytes: Uint8Array;
}

/** Whose audio and video are recorded: identity patterns (`*`: any run of characters; deny wins) and sources (left out: all). */
export interface RecordedRules {
  readonly audio: RecordedRule;
  readonly video: RecordedRule;
}
export interface RecordedRule {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly sources?: readonly string[];
  /** Single tracks that are left out although the rest lets them in. */
  readonly except?: readonly { readonly identity: string; readonly source: string }[];
}

/** One line of session.jsonl. `us`: same clock as arrivalUs; `wall`: ms since 1970. */
export type SessionEvent = { readonly us: number; readonly wall: number } & (
  | {
      readonly type: 'started';
      readonly recordingId: string;
      readonly epoch: number;
      readonly room: string;
      readonly bootId: string;
      /** `us` of RecordingUs 0 in this epoch's clock; epochs > 1 carry recording time on */ readonly recordingUs: number;
    }
  | { readonly type: 'clock' } // twice a second: everything that arrived up to `us` is on disk in front of this line
  | {
      readonly type: 'joined';
      readonly participantSid: string;
      readonly identity: string;
      readonly name: string;
      readonly metadata: string;
    }
  | { readonly type: 'left'; readonly participantSid: string; readonly identity: string }
  | {
      readonly type: 'published';
      readonly trackSid: string;
      readonly participantSid: string;
      readonly identity: string;
      readonly kind: 'audio' | 'video';
      readonly source: TrackSource;
    }
  | { readonly type: 'unpublished'; readonly trackSid: string }
  | { readonly type: 'muted' | 'unmuted'; readonly trackSid: string }
  | { readonly type: 'speakers'; readonly speakers: readonly { readonly identity: string; readonly level: number }[] }
  /** `hold`: recording time goes on, and files keep the last picture and silence. `cut` (and left out): recording time stands still. */
  | { readonly type: 'paused'; readonly mode?: 'cut' | 'hold' }
  | { readonly type: 'resumed' }
  /** From here on these are the rules of what is recorded; before the first ones everything is. */
  | { readonly type: 'subscribe'; readonly rules: RecordedRules }
  | { readonly type: 'layout'; readonly layout: unknown }
  | { readonly type: 'keyframe-requested'; readonly trackSid: string }
  | { readonly type: 'gap'; readonly reason: string; readonly droppedPackets?: number; readonly trackSid?: string }
  | { readonly type: 'disconnected' | 'reconnected' }
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'ended'; readonly reason: string }
);

/** sealed.json: written once, by rename, after the last fdatasync. */
export interface Seal {
  readonly version: 1;
  readonly recordingId: string;
  readonly epoch: number;
  readonly reason: string;
  readonly endedUs: number;
  readonly segments: readonly SealedFile[];
  readonly chainHead: string;
  /** Present and true: its writer died, somebody else sealed what it left. */
  readonly isCrashed?: boolean;
  /** chain.jsonl as it is from now on; absent in logs of early versions. */
  readonly chainFile?: { readonly sizeBytes: number; readonly sha256: string };
  /** SHA-256 of this object as JSON without it (keys in order, no spaces); absent in logs of early versions. */
  readonly checksum?: string;
}

/** One file of a sealed log. */
export interface SealedFile {
  /** Relative to the epoch's folder. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** A segment whose writer died: where the last good record ends. */
  readonly goodBytes?: number;
}

/**
 * Appends one recording's packets. Never blocks and never throws for a slow or full disk: whole packets are dropped, counted, and a gap record says so.
 * `append` copies `bytes` into the batch buffer; nothing is allocated per packet and no promise is made.
 */
export interface LogWriter {
  /** Opens (or finds) the track's appender. */
  track(header: TrackHeader): TrackAppender;
  event(event: SessionEvent): void;
  /** Resolves when everything appended before is in the files (not necessarily on the platter); with a full disk that is when it has room again. */
  flush(): Promise<void>;
  /** Flushes, fdatasyncs and closes the files without a seal: another epoch goes on. Idempotent; later appends and events are dropped. */
  close(): Promise<void>;
  /** Flushes, fdatasyncs, appends `ended` unless it is there, writes sealed.json. Idempotent. @throws {SealFailedError} RTPLOG_SEAL_FAILED on a full disk. */
  seal(reason: string): Promise<Seal>;
  readonly stats: { readonly bytesWritten: number; readonly packetsWritten: number; readonly packetsDropped: number };
}
export interface TrackAppender {
  append(kind: RecordKind, arrivalUs: number, bytes: Uint8Array): void;
}

/**
 * Everything of a log in arrival order: records of all tracks and session events merged by `us`/`arrivalUs`.
 * A follower waits at the end of an unsealed log; a plain reader stops there. Epochs follow each other.
 */
export type LogItem =
  | { readonly type: 'event'; readonly epoch: number; readonly event: SessionEvent }
  | { readonly type: 'record'; readonly epoch: number; readonly track: TrackHeader; readonly record: LogRecord };
/** One batch in arrival order, complete up to `watermarkUs` (arrival clock of that epoch). Views in it live until the next batch is asked for. */
export interface LogBatch {
  readonly items: readonly LogItem[];
  readonly watermarkUs: number;
  readonly hasEnded: boolean;
}
