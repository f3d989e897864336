import type { CaptureOptions, CaptureTrouble } from './local-media.ts';
import type { MediaType } from './media-type.ts';
import type { Stream } from './nertc-stream.ts';

/** Options of `NERTC.createStream`. */
export interface StreamOptions extends CaptureOptions {
  readonly uid?: number | string;
  readonly audio: boolean;
  readonly video: boolean;
  readonly screen?: boolean;
  readonly screenAudio?: boolean;
  readonly client?: object;
  readonly sourceId?: string;
}

/** What `play` shows and sounds; left out: everything the stream has. */
export interface PlayOptions {
  readonly audio?: boolean;
  readonly audioSlave?: boolean;
  readonly video?: boolean;
  readonly screen?: boolean;
  readonly muted?: boolean;
}

/** What a stream's owner (the client) wants to hear of. */
export interface StreamOwner {
  /** Tracks came, went, or are now played or not: a running recording follows. */
  changed(stream: Stream): void;
  /** A device could not be opened. */
  trouble(mediaType: MediaType, event: CaptureTrouble): void;
  /** A track ended by itself: unplugged, or the user stopped sharing. */
  ended(mediaType: MediaType): void;
  /** A track of the local stream was opened or closed while it is published. */
  opened(stream: Stream, mediaType: MediaType): Promise<void>;
  closed(stream: Stream, mediaType: MediaType): Promise<void>;
  muted(stream: Stream, mediaType: MediaType, isMuted: boolean): Promise<void>;
}
