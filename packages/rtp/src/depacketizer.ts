import { AudioDepacketizer } from './codecs/audio-depacketizer.ts';
import { Av1FrameBuilder } from './codecs/av1-frame-builder.ts';
import { H264FrameBuilder } from './codecs/h264-frame-builder.ts';
import { H265FrameBuilder } from './codecs/h265-frame-builder.ts';
import { Vp8FrameBuilder } from './codecs/vp8-frame-builder.ts';
import { Vp9FrameBuilder } from './codecs/vp9-frame-builder.ts';
import { VideoDepacketizer } from './video-depacketizer.ts';
import type { Codec, EncodedFrame, PacketGap, RtpPacket } from './types.ts';

/**
 * Turns the packets of one SSRC and one codec into encoded frames.
 *
 * Input in send order (see {@link ReorderBuffer}). A frame that misses a packet is dropped whole and the next frame has `followsGap`; a jump
 * of the sequence number counts as a gap even without a call of `gap`. Payloads are copied: nothing refers to the caller's bytes afterwards.
 * Malformed payloads drop their frame; nothing here throws.
 */
export interface Depacketizer {
  push(packet: RtpPacket, unwrappedSequence: number, arrivalUs: number): readonly (EncodedFrame | PacketGap)[];
  /** Packets `firstSequence…lastSequence` (inclusive) will not come. The gap comes out again, in its place. */
  gap(firstSequence: number, lastSequence: number): readonly (EncodedFrame | PacketGap)[];
  /** The stream has ended (or changes its SSRC or codec): gives out a last frame that is whole. */
  flush(): readonly (EncodedFrame | PacketGap)[];
}

/** What the signalling knows beyond the codec's name. */
export interface DepacketizerOptions {
  /** The SDP `a=fmtp` value: H.264/H.265 parameter sets given there stand in front of keyframes that bring none. */
  readonly fmtp?: string;
}

/** Returns a new depacketizer for the codec. For Opus with redundancy use {@link OpusRedDepacketizer}. */
export function createDepacketizer(codec: Codec, { fmtp = '' }: DepacketizerOptions = {}): Depacketizer {
  switch (codec) {
    case 'vp8':
      return new VideoDepacketizer(codec, new Vp8FrameBuilder());
    case 'vp9':
      return new VideoDepacketizer(codec, new Vp9FrameBuilder());
    case 'av1':
      return new VideoDepacketizer(codec, new Av1FrameBuilder());
    case 'h264':
      return new VideoDepacketizer(codec, new H264FrameBuilder(fmtp));
    case 'h265':
      return new VideoDepacketizer(codec, new H265FrameBuilder(fmtp));
    case 'opus':
    case 'pcmu':
    case 'pcma':
      return new AudioDepacketizer(codec);
  }
}
