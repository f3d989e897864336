import { createDepacketizer, OpusRedDepacketizer, ReorderBuffer } from '@tapedeck/rtp';
import type { Codec, Depacketizer, EncodedFrame, OrderedPacket, PacketGap, RtpPacket } from '@tapedeck/rtp';
import type { PayloadFormat, TrackHeader } from '@tapedeck/rtplog';

/** A second of 20 Mb/s: a screen share's keyframes must not push out what is still being waited for. */
const windowPackets = 2048;
/** A stream begins with a keyframe: when its first packets come in another order, none of them may be passed over. */
const startWaitUs = 100_000;

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
  /** Payload type of redundant sound, where the depacketizer knows of it. */
  #red: number | null = null;
  #isFresh = true;

  constructor(ssrc: number, header: TrackHeader, maxWaitUs: number) {
    this.ssrc = ssrc;
    this.header = header;
    this.#reorder = new ReorderBuffer({ windowPackets, maxWaitUs, startWaitUs: Math.min(startWaitUs, maxWaitUs) });
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

  /** Changes the depacketizer when the sender changes its codec, or redundancy has been negotiated since. */
  #select(format: PayloadFormat, output: EncodedFrame[]): void {
    const codec = format.codec === 'red' ? 'opus' : (format.codec as Codec);
    const red = codec === 'opus' ? (this.header.formats.find((candidate) => candidate.codec === 'red')?.payloadType ?? null) : null;
    if (codec === this.#codec && red === this.#red) return;
    if (this.#depacketizer !== null) this.#emit(this.#depacketizer.flush(), output);
    this.#codec = codec;
    this.#red = red;
    this.#isFresh = true;
    this.#depacketizer = red === null ? createDepacketizer(codec, { fmtp: format.fmtp }) : new OpusRedDepacketizer(red);
  }

  #emit(items: readonly (EncodedFrame | PacketGap)[], output: EncodedFrame[]): void {
    for (const item of items) {
      if (item.type === 'gap') continue;
      output.push(this.#isFresh && !item.isKeyframe ? { ...item, followsGap: true } : item);
      this.#isFresh = false;
    }
  }
}
