import type { EncodedFrame } from '@tapedeck/rtp';
import type { SessionEvent } from '@tapedeck/rtplog';
import type { TrackInfo } from './track-item.ts';

/**
 * Draws the pictures of an output onto its canvas, moment after moment. Frames and events come ahead of time and in any mixture; a moment drawn shows exactly those
 * with a recording time up to it. Moments must not go back.
 */
export interface PictureDrawer {
  /** Takes a track's next frame. Keeps its data. */
  pushFrame(info: TrackInfo, frame: EncodedFrame, us: number): void;
  /** Takes the next session event. */
  pushEvent(event: SessionEvent, us: number): void;
  /** Brings the canvas to the moment `us` for a picture that lasts `intervalUs`; a quarter of it more must be known. */
  drawAt(us: number, intervalUs: number): void;
  /** Passes the moment `us` without drawing. */
  skipTo(us: number): void;
  /** Frees everything native. Idempotent. */
  close(): void;
}

/** Whose picture an individual file shows. */
export interface ShownPerson {
  readonly identity: string;
  /** As the person wants to be called; empty when never said. */
  readonly name: string;
}
