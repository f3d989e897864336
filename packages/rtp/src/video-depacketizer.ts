import type { Depacketizer } from './depacketizer.ts';
import { FrameBuffer } from './frame-buffer.ts';
import type { FrameBuilder } from './frame-builder.ts';
import type { EncodedFrame, PacketGap, RtpPacket, VideoCodec } from './types.ts';

type Output = EncodedFrame | PacketGap;
const NOTHING: readonly Output[] = [];
/** No real frame comes near; what does is an attack or garbage and is dropped. */
const MAX_FRAME_BYTES = 32 * 1024 * 1024;

/**
 * Finds frame borders (timestamp and marker) and losses for any video codec; a {@link FrameBuilder} does the codec's part.
 * @see RFC 3550 §5.1 (marker, timestamp)
 */
export class VideoDepacketizer implements Depacketizer {
  readonly #codec: VideoCodec;
  readonly #builder: FrameBuilder;
  readonly #buffer = new FrameBuffer();
  #isOpen = false;
  #isBroken = false;
  /** The frame that starts next may have lost its first packets. */
  #isStartUncertain = true;
  #followsGap = false;
  #timestamp = 0;
  #firstSequence = 0;
  #lastSequence = 0;
  #arrivalUs = 0;
  #nextSequence: number | null = null;
  #usesMarkers = false;

  constructor(codec: VideoCodec, builder: FrameBuilder) {
    this.#codec = codec;
    this.#builder = builder;
  }

  push(packet: RtpPacket, unwrappedSequence: number, arrivalUs: number): readonly Output[] {
    const output: Output[] = [];
    if (this.#nextSequence !== null && unwrappedSequence !== this.#nextSequence) {
      if (unwrappedSequence < this.#nextSequence) return NOTHING;
      output.push(...this.gap(this.#nextSequence, unwrappedSequence - 1));
    }
    this.#nextSequence = unwrappedSequence + 1;
    // Padding-only packets (bandwidth probes) hold a sequence number but belong to no frame.
    if (packet.payload.length === 0) return output.length === 0 ? NOTHING : output;
    if (this.#isOpen && packet.timestamp !== this.#timestamp) this.#finish(output);
    if (!this.#isOpen) this.#start(packet, unwrappedSequence);
    if (!this.#isBroken) {
      this.#isBroken = this.#buffer.length > MAX_FRAME_BYTES || !this.#builder.add(packet.payload, this.#buffer);
    }
    this.#lastSequence = unwrappedSequence;
    this.#arrivalUs = arrivalUs;
    this.#usesMarkers ||= packet.marker;
    if (packet.marker) this.#finish(output);
    return output.length === 0 ? NOTHING : output;
  }

  gap(firstSequence: number, lastSequence: number): readonly Output[] {
    if (lastSequence < firstSequence || (this.#nextSequence !== null && lastSequence < this.#nextSequence)) return NOTHING;
    this.#nextSequence = lastSequence + 1;
    this.#isBroken = true;
    this.#isStartUncertain = true;
    this.#followsGap = true;
    return [{ type: 'gap', firstSequence, lastSequence }];
  }

  flush(): readonly Output[] {
    const output: Output[] = [];
    // Without its marker the last packets of the last frame may be missing.
    this.#isBroken ||= this.#usesMarkers;
    if (this.#isOpen) this.#finish(output);
    this.#nextSequence = null;
    this.#isStartUncertain = true;
    return output;
  }

  #start(packet: RtpPacket, sequence: number): void {
    this.#isOpen = true;
    this.#timestamp = packet.timestamp;
    this.#firstSequence = sequence;
    this.#isBroken = this.#isStartUncertain && !this.#builder.isFrameStart(packet.payload);
    this.#isStartUncertain = false;
    this.#buffer.clear();
    this.#builder.start();
  }

  #finish(output: Output[]): void {
    this.#isOpen = false;
    const built = this.#isBroken ? 'broken' : this.#builder.finish(this.#buffer);
    if (built === 'empty') return;
    if (built === 'broken') {
      this.#followsGap = true;
      return;
    }
    output.push({
      type: 'frame',
      codec: this.#codec,
      rtpTimestamp: this.#timestamp,
      firstSequence: this.#firstSequence,
      lastSequence: this.#lastSequence,
      arrivalUs: this.#arrivalUs,
      followsGap: this.#followsGap,
      ...built,
    });
    this.#followsGap = false;
  }
}
