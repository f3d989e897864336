import { createDepacketizer, OpusRedDepacketizer, ReorderBuffer } from '@tapedeck/rtp';
import type { Codec, Depacketizer, EncodedFrame, OrderedPacket, PacketGap, RtpPacket } from '@tapedeck/rtp';
import type { PayloadFormat, TrackHeader } from '@tapedeck/rtplog';

/**
 * Packets of one SSRC in arrival order → encoded frames in send order. What is lost is waited for `maxWaitUs` of the arrival clock. Frames own their
 * bytes. A first frame that needs pictures from before (no keyframe) says `followsGap`.
 */
export class PacketStream {
  readonly ssrc: number;
  /** What the payload types mean; replaced when a later segment tells it anew. */
  header: TrackHeader;
  readonly #reorder: ReorderBuffer;
  #depacketizer: Depacketizer | null = null;
  #codec: Codec | null = null;
  #isFresh = true;

  constructor(ssrc: number, header: TrackHeader, maxWaitUs: number) {
    this.ssrc = ssrc;
    this.header = header;
    this.#reorder = new ReorderBuffer({ maxWaitUs });
  }

  push(packet: RtpPacket, arrivalUs: number, output: EncodedFrame[]): void {
    this.#take(this.#reorder.push(packet, arrivalUs), output);
  }

  /** Gives up what has been waited for too long at `nowUs`. */
  advance(nowUs: number, output: EncodedFrame[]): void {
    this.#take(this.#reorder.advance(nowUs), output);
  }

  /** Nothing more comes: gives out what is held. */
  flush(output: EncodedFrame[]): void {
    this.#take(this.#reorder.flush(), output);
    if (this.#depacketizer !== null) this.#emit(this.#depacketizer.flush(), output);
  }

  #take(ordered: readonly (OrderedPacket | PacketGap)[], output: EncodedFrame[]): void {
    for (const item of ordered) {
      if (item.type === 'gap') {
        if (this.#depacketizer !== null) this.#emit(this.#depacketizer.gap(item.firstSequence, item.lastSequence), output);
        continue;
      }
      const format = this.header.formats.find((candidate) => candidate.payloadType === item.packet.payloadType);
      if (format === undefined || format.codec === 'rtx') continue;
      this.#select(format, output);
      this.#emit(this.#depacketizer!.push(item.packet, item.sequence, item.arrivalUs), output);
    }
  }

  /** Changes the depacketizer when the sender changes its codec. */
  #select(format: PayloadFormat, output: EncodedFrame[]): void {
    const codec = format.codec === 'red' ? 'opus' : (format.codec as Codec);
    if (codec === this.#codec) return;
    if (this.#depacketizer !== null) this.#emit(this.#depacketizer.flush(), output);
    this.#codec = codec;
    this.#isFresh = true;
    const red = this.header.formats.find((candidate) => candidate.codec === 'red');
    this.#depacketizer =
      codec === 'opus' && red !== undefined ? new OpusRedDepacketizer(red.payloadType) : createDepacketizer(codec, { fmtp: format.fmtp });
  }

  #emit(items: readonly (EncodedFrame | PacketGap)[], output: EncodedFrame[]): void {
    for (const item of items) {
      if (item.type === 'gap') continue;
      output.push(this.#isFresh && !item.isKeyframe ? { ...item, followsGap: true } : item);
      this.#isFresh = false;
    }
  }
}
