import type { EncodedFrame } from '@tapedeck/rtp';
import type { SessionEvent, TrackSource } from '@tapedeck/rtplog';
import type { RecordingUs } from '@tapedeck/timeline';

/** Who published a track and what it shows. One object per track for a whole render: compare by identity or by `trackSid`. */
export interface TrackInfo {
  readonly trackSid: string;
  readonly participantSid: string;
  readonly identity: string;
  readonly name: string;
  readonly kind: 'audio' | 'video';
  readonly source: TrackSource;
}

/** One encoded frame with its place on the recording's clock. `frame.data` belongs to the consumer. */
export interface FrameItem {
  readonly type: 'frame';
  readonly track: TrackInfo;
  readonly frame: EncodedFrame;
  /** When it is to be shown or heard. Rises within one SSRC in decode order (video without B-frames, as WebRTC sends it). */
  readonly us: RecordingUs;
  /** Recording time of the arrival instant at which it became complete (or at which the wait for what was lost before it ended). */
  readonly releasedUs: RecordingUs;
}

/** A line of session.jsonl at its place between the frames. */
export interface EventItem {
  readonly type: 'event';
  readonly event: SessionEvent;
  readonly epoch: number;
  readonly us: RecordingUs;
  readonly releasedUs: RecordingUs;
}

/** Nothing with a smaller `releasedUs` follows. `hasEnded`: the log is sealed (or cut off) here and nothing follows at all. */
export interface ClockItem {
  readonly type: 'clock';
  readonly releasedUs: RecordingUs;
  readonly hasEnded: boolean;
}

/**
 * What a render sees of a log: ordered by `releasedUs`, the same sequence whether the log is read at once or followed (only where clock items fall
 * differs). Output time T may be drawn once `releasedUs` ≥ T + holdback: a frame that comes after that is late.
 */
export type TrackItem = FrameItem | EventItem | ClockItem;
