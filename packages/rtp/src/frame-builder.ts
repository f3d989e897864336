import type { FrameBuffer } from './frame-buffer.ts';

/** What a codec knows of a finished frame. `data` is a fresh buffer. */
export interface BuiltFrame {
  readonly data: Uint8Array;
  readonly isKeyframe: boolean;
  readonly isDroppable: boolean;
  readonly width?: number;
  readonly height?: number;
  readonly temporalLayer?: number;
}

/**
 * One codec's part of a {@link VideoDepacketizer}: payloads of one frame, in send order and without a hole, become its bytes.
 * Never throws; bytes may be anything.
 */
export interface FrameBuilder {
  /** False when this payload certainly or probably is not the first of a frame; asked after a gap only. */
  isFrameStart(payload: Uint8Array): boolean;
  /** Forgets the frame in work (not parameter sets). */
  start(): void;
  /** Takes the next payload into `buffer`; false when it is malformed, so that the frame is lost. */
  add(payload: Uint8Array, buffer: FrameBuffer): boolean;
  /** Ends the frame. `broken`: it is lost; `empty`: there was no picture in it (parameter sets alone) and nothing is lost. */
  finish(buffer: FrameBuffer): BuiltFrame | 'broken' | 'empty';
}
