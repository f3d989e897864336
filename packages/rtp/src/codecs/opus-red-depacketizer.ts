import type { Depacketizer } from '../depacketizer.ts';
import { splitRed } from '../red.ts';
import type { RedBlock } from '../red.ts';
import type { EncodedFrame, PacketGap, RtpPacket } from '../types.ts';
import { audioFrame } from './audio-depacketizer.ts';

type Output = EncodedFrame | PacketGap;
const NOTHING: readonly Output[] = [];
/** Timestamp offset of a redundant block, at most. @see RFC 2198 §3 */
const FURTHEST_BACK = 16_383;

/**
 * Opus with or without RED: yields each Opus frame once, and fills lost packets from the redundant blocks of the next one that came.
 *
 * Input in send order, RED and plain Opus packets mixed as they come. A filled frame has `isRecovered`, the timestamp it was sent with and the
 * arrival of the packet that carried it; the k-th block before the primary stands for the k-th packet before. An SFU that adds the redundancy itself leaves out what it has
 * lost, so the first block may be of a frame that came long ago: that one is passed over. What stays lost comes out as a {@link PacketGap} in front. A gap is therefore given out with the next packet (or `flush`), not at once.
 * @see RFC 2198
 */
export class OpusRedDepacketizer implements Depacketizer {
  readonly #redPayloadType: number;
  #nextSequence: number | null = null;
  /** First sequence number of the run that is missing right before `#nextSequence`. */
  #gapFrom: number | null = null;
  /** Timestamp of the newest frame given out. */
  #newest: number | null = null;

  constructor(redPayloadType: number) {
    this.#redPayloadType = redPayloadType;
  }

  push(packet: RtpPacket, unwrappedSequence: number, arrivalUs: number): readonly Output[] {
    if (this.#nextSequence !== null && unwrappedSequence !== this.#nextSequence) {
      if (unwrappedSequence < this.#nextSequence) return NOTHING;
      this.gap(this.#nextSequence, unwrappedSequence - 1);
    }
    this.#nextSequence = unwrappedSequence + 1;
    const blocks = packet.payloadType === this.#redPayloadType ? splitRed(packet.payload) : null;
    const primary = blocks === null ? (packet.payloadType === this.#redPayloadType ? null : packet.payload) : blocks.at(-1)!.payload;
    if (primary === null || primary.length === 0) return NOTHING;
    const output: Output[] = [];
    const isWhole = this.#gapFrom === null || this.#fillGap(blocks ?? [], packet.timestamp, unwrappedSequence, arrivalUs, output);
    output.push(audioFrame('opus', primary, packet.timestamp, unwrappedSequence, arrivalUs, !isWhole));
    this.#newest = packet.timestamp;
    return output;
  }

  gap(firstSequence: number, lastSequence: number): readonly Output[] {
    if (lastSequence < firstSequence || (this.#nextSequence !== null && lastSequence < this.#nextSequence)) return NOTHING;
    this.#gapFrom ??= firstSequence;
    this.#nextSequence = lastSequence + 1;
    return NOTHING;
  }

  flush(): readonly Output[] {
    const output: Output[] = [];
    if (this.#gapFrom !== null) output.push({ type: 'gap', firstSequence: this.#gapFrom, lastSequence: this.#nextSequence! - 1 });
    this.#gapFrom = null;
    this.#nextSequence = null;
    return output;
  }

  /** Gives out gaps and recovered frames up to `sequence`; false when the packet right before it stays lost. */
  #fillGap(blocks: readonly RedBlock[], timestamp: number, sequence: number, arrivalUs: number, output: Output[]): boolean {
    let missingFrom = this.#gapFrom!;
    this.#gapFrom = null;
    const redundantCount = Math.max(0, blocks.length - 1);
    for (let index = 0; index < redundantCount; index++) {
      const block = blocks[index]!;
      const recovered = sequence - (redundantCount - index);
      if (recovered < missingFrom || block.payload.length === 0 || block.timestampOffset === 0) continue;
      const sentAt = (timestamp - block.timestampOffset) >>> 0;
      if (this.#isGivenOut(sentAt)) continue;
      const isAfterLoss = recovered > missingFrom;
      if (isAfterLoss) output.push({ type: 'gap', firstSequence: missingFrom, lastSequence: recovered - 1 });
      output.push({ ...audioFrame('opus', block.payload, sentAt, recovered, arrivalUs, isAfterLoss), isRecovered: true });
      missingFrom = recovered + 1;
    }
    if (missingFrom === sequence) return true;
    output.push({ type: 'gap', firstSequence: missingFrom, lastSequence: sequence - 1 });
    return false;
  }

  /** Not after the newest frame, as far back as a block can reach: further off, the sender's timestamps have jumped. */
  #isGivenOut(sentAt: number): boolean {
    const age = this.#newest === null ? -1 : (this.#newest - sentAt) | 0;
    return age >= 0 && age <= FURTHEST_BACK;
  }
}
