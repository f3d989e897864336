import type { Log } from '../log.ts';
import type { KeyPair } from '../tokens.ts';
import type { ReceiverStats } from './track-receiver.ts';
import type { PacketSink, Publication, ReceivedTrack, RoomEvent } from './types.ts';

/** Which layer of a simulcast or SVC track is wanted; what is left out is not limited. */
export interface LayerChoice {
  readonly quality?: 'low' | 'medium' | 'high';
  readonly width?: number;
  readonly height?: number;
  readonly fps?: number;
}

/** How `joinAsRecorder` joins. */
export interface RecorderOptions {
  /** `ws(s)://` or `http(s)://`. */
  readonly url: string;
  /**
   * A ready token, or what is needed to make one for every join. Only the second survives a lost connection after the token has expired; it rejoins as `<identity>-1`, `<identity>-2` …,
   * because LiveKit holds an identity's failed connection against it (TCP only, 5 s of waiting).
   */
  readonly auth: { readonly token: string } | ({ readonly room: string; readonly identity: string } & KeyPair);
  /** Called once for every track that starts (and again after a rejoin). Null: not wanted, its packets are dropped. */
  readonly openTrack: (track: ReceivedTrack) => PacketSink | null;
  readonly onEvent: (event: RoomEvent) => void;
  /** Asked for every publication; default: all. */
  readonly shouldSubscribe?: (publication: Publication) => boolean;
  /** Default: the highest. */
  readonly chooseLayer?: (publication: Publication) => LayerChoice;
  /** Longest time between keyframes of a video track in seconds; default 30. Infinity: only when needed. */
  readonly keyframeS?: number;
  /** How long to try to come back before ending as `connection-lost`, seconds; default 60. */
  readonly reconnectS?: number;
  /** How long one join may take, ms; default 10 000. */
  readonly joinTimeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly log?: Log;
}

/** Counters of a participant over all its tracks and connections. */
export interface RecorderStats extends Readonly<ReceiverStats> {
  readonly malformedSignals: number;
  readonly reconnects: number;
}
