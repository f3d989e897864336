/** Codec names as used in every log, plan and file row: lower case, no punctuation. */
export type VideoCodec = 'vp8' | 'vp9' | 'av1' | 'h264' | 'h265';
export type AudioCodec = 'opus' | 'pcmu' | 'pcma';
export type Codec = VideoCodec | AudioCodec;

/**
 * One RTP packet, header fields decoded. `payload` is a view into the caller's bytes: valid as long as they are.
 * Padding is already removed from `payload`.
 *
 * @see RFC 3550 §5.1, RFC 8285 (header extensions)
 */
export interface RtpPacket {
  readonly payloadType: number;
  readonly marker: boolean;
  /** u16, wraps. */
  readonly sequenceNumber: number;
  /** u32 in ticks of the payload type's clock rate, wraps. */
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Uint8Array;
  /** Value of the extension with this id (view), or null. */
  extension(id: number): Uint8Array | null;
}

/** A run of packets that never came: data, not an error. Numbers are unwrapped sequence numbers, both inclusive. */
export interface PacketGap {
  readonly type: 'gap';
  readonly firstSequence: number;
  readonly lastSequence: number;
}

/**
 * One encoded access unit (the field calls it frame). Ownership: `data` is a fresh buffer that belongs to the caller.
 * H.264/H.265: Annex B with start codes, parameter sets in front of a keyframe when they came in band. AV1: low-overhead OBUs with size fields, no
 * temporal delimiter. VP8/VP9: the frame (VP9: one superframe of all spatial layers received). Opus/PCM: one packet's payload.
 */
export interface EncodedFrame {
  readonly type: 'frame';
  readonly codec: Codec;
  readonly data: Uint8Array;
  /** u32 as in the packets. */
  readonly rtpTimestamp: number;
  readonly isKeyframe: boolean;
  /** Unwrapped sequence numbers of the packets it came from, both inclusive. */
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** Arrival of its last packet, µs of the node's monotonic clock. */
  readonly arrivalUs: number;
  /** Pixels; only on keyframes of codecs that say so in the bitstream. */
  readonly width?: number;
  readonly height?: number;
  /** Temporal layer when the payload descriptor tells it; a frame of a layer > 0 may be `isDroppable`. */
  readonly temporalLayer?: number;
  /** No later frame refers to this one (VP8 N bit, VP9 (error resilient) and AV1 without a refreshed reference slot, H.264 nal_ref_idc 0): it may be skipped before decoding. */
  readonly isDroppable: boolean;
  /** True when packets were lost between this frame and the one before: a decoder must wait for a keyframe (video). */
  readonly followsGap: boolean;
  /** Opus: this frame was rebuilt from a redundant RED block. */
  readonly isRecovered?: boolean;
}
