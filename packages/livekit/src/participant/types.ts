import type { Codec } from '@tapedeck/rtp';

/** As in a log's header: what one RTP payload type of a track carries. */
export interface PayloadFormat {
  readonly payloadType: number;
  readonly codec: Codec | 'red' | 'rtx';
  readonly clockRateHz: number;
  readonly channels?: number;
  /** The SDP `a=fmtp` value, verbatim; '' when there is none. */
  readonly fmtp: string;
  readonly associatedPayloadType?: number;
}

/** Where a track comes from, in LiveKit's words. */
export type TrackSource = 'camera' | 'microphone' | 'screen_share' | 'screen_share_audio' | 'unknown';

/** A participant as the server describes it. The recorder itself and other hidden participants never appear. */
export interface RemoteParticipant {
  readonly sid: string;
  readonly identity: string;
  readonly name: string;
  readonly metadata: string;
}

/** A track somebody publishes, subscribed or not. */
export interface Publication {
  readonly trackSid: string;
  readonly participantSid: string;
  readonly identity: string;
  readonly kind: 'audio' | 'video';
  readonly source: TrackSource;
  readonly isMuted: boolean;
  readonly isEncrypted: boolean;
}

/** What the offer says about a track that we receive. Frozen; a rejoin or a changed offer makes a new one. */
export interface ReceivedTrack {
  readonly trackSid: string;
  readonly participantSid: string;
  readonly kind: 'audio' | 'video';
  readonly formats: readonly PayloadFormat[];
  readonly headerExtensions: readonly { readonly id: number; readonly uri: string }[];
  readonly ssrc: number;
  /** SSRC of RTX for `ssrc`, when negotiated. */
  readonly rtxSsrc: number | null;
  readonly participant: RemoteParticipant;
  readonly publication: Publication;
}

/**
 * Takes one packet of one track. `bytes` belongs to the callee: it is never written again. RTX packets come restored (original payload type, sequence number, SSRC);
 * duplicates are already dropped. `arrivalUs`: CLOCK_MONOTONIC µs, see `monotonicUs`. Must not throw.
 */
export type PacketSink = (kind: 'rtp' | 'rtcp', bytes: Uint8Array, arrivalUs: number) => void;

/** Why a recorder participant ended for good. */
export type EndReason =
  | 'stopped' // by us
  | 'room-closed' // deleted, or empty for too long
  | 'removed' // thrown out through the room service
  | 'duplicate-identity'
  | 'server-shutdown' // and nobody took over within `reconnectS`
  | 'connection-lost'; // every attempt to come back failed

/** What happens around the packets. Delivered in order, synchronously. */
export type RoomEvent =
  | { readonly type: 'joined'; readonly participant: RemoteParticipant }
  | { readonly type: 'left'; readonly participant: RemoteParticipant }
  | { readonly type: 'published'; readonly publication: Publication }
  | { readonly type: 'unpublished'; readonly publication: Publication }
  | { readonly type: 'muted' | 'unmuted'; readonly publication: Publication }
  /** Everybody who speaks now, loudest first; `level` 0…1. */
  | { readonly type: 'speakers'; readonly speakers: readonly { readonly identity: string; readonly level: number }[] }
  /** The server confirmed or refused; null: subscribed. */
  | { readonly type: 'subscription-failed'; readonly trackSid: string; readonly error: string }
  | { readonly type: 'keyframe-requested'; readonly trackSid: string }
  /** Packets that never came although asked for again. */
  | { readonly type: 'packets-lost'; readonly trackSid: string; readonly count: number }
  | { readonly type: 'room-metadata'; readonly metadata: string }
  /** `signal`: media still flows. `media`: it does not. */
  | { readonly type: 'disconnected'; readonly scope: 'signal' | 'media'; readonly reason: string }
  /** `resumed`: same subscriptions, no packet missed. `rejoined`: everything subscribed anew. */
  | { readonly type: 'reconnected'; readonly how: 'resumed' | 'rejoined' }
  | { readonly type: 'ended'; readonly reason: EndReason };
