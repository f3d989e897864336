import { detachRtpPacket } from './rtp-packet.ts';
import type { PacketGap, RtpPacket } from './types.ts';
import { SequenceUnwrapper } from './unwrap.ts';

/** A packet in its place: unwrapped sequence number and arrival (µs, monotonic) beside the header. */
export interface OrderedPacket {
  readonly type: 'packet';
  readonly packet: RtpPacket;
  readonly sequence: number;
  readonly arrivalUs: number;
}

/** Limits of a {@link ReorderBuffer}. */
export interface ReorderOptions {
  /** How many sequence numbers a late packet may be behind the newest and still be placed (1…32767, default 512). */
  readonly windowPackets?: number;
  /** How long a missing packet is waited for after a later one arrived, in µs of the arrival clock (default: only `windowPackets` counts). */
  readonly maxWaitUs?: number;
  /** How long the first packet of a stream is held back, because one from before it may still come, in µs of the arrival clock (default: not at all). */
  readonly startWaitUs?: number;
}

const NOTHING: readonly (OrderedPacket | PacketGap)[] = [];

/**
 * Restores send order for one SSRC: packets come out once, by sequence number; a run that never came becomes one {@link PacketGap}.
 *
 * Feed packets in arrival order. The result depends on the packets and their arrival alone, not on when {@link advance} is called. A packet
 * that comes out of the same call it went into is not copied; one that has to wait is copied, so views may be reused after each call.
 * @throws {RangeError} if `windowPackets` is outside 1…32767.
 * @see RFC 3550 §5.1, Appendix A.1
 */
export class ReorderBuffer {
  readonly #windowPackets: number;
  readonly #maxWaitUs: number;
  readonly #startWaitUs: number;
  readonly #unwrapper = new SequenceUnwrapper();
  readonly #held = new Map<number, OrderedPacket>();
  #next: number | null = null;
  /** Until this arrival everything is held: the lowest number of all is the first one. Null: before the first packet, and once it is known. */
  #startsUs: number | null = null;
  #highest = 0;
  #duplicates = 0;
  #late = 0;
  #offset = 0;
  #suspect: OrderedPacket | null = null;

  constructor({ windowPackets = 512, maxWaitUs = Number.POSITIVE_INFINITY, startWaitUs = 0 }: ReorderOptions = {}) {
    if (!(windowPackets >= 1 && windowPackets <= 32_767)) throw new RangeError(`windowPackets ${windowPackets} is outside 1…32767.`);
    this.#windowPackets = windowPackets;
    this.#maxWaitUs = maxWaitUs;
    this.#startWaitUs = startWaitUs;
  }

  /** Packets dropped because they were there already, or came after their place was given up. */
  get stats(): { readonly duplicates: number; readonly late: number } {
    return { duplicates: this.#duplicates, late: this.#late };
  }

  push(packet: RtpPacket, arrivalUs: number): readonly (OrderedPacket | PacketGap)[] {
    const sequence = this.#unwrapper.unwrap(packet.sequenceNumber) + this.#offset;
    if (this.#next === null) {
      this.#next = sequence;
      if (this.#startWaitUs > 0) this.#startsUs = arrivalUs + this.#startWaitUs;
    }
    if (sequence < this.#next - this.#windowPackets) return this.#suspectRestart(packet, sequence, arrivalUs);
    const output: (OrderedPacket | PacketGap)[] = [];
    if (this.#startsUs !== null && !this.#hasStarted(arrivalUs, output)) return this.#holdAtStart(packet, sequence, arrivalUs);
    if (this.#held.size === 0 && sequence === this.#next) {
      this.#next = sequence + 1;
      this.#highest = sequence;
      output.push({ type: 'packet', packet, sequence, arrivalUs });
      return output;
    }
    this.#giveUpBefore(arrivalUs - this.#maxWaitUs, output);
    if (sequence < this.#next) {
      this.#late++;
    } else if (this.#held.has(sequence)) {
      this.#duplicates++;
    } else {
      const isNext = sequence === this.#next;
      this.#held.set(sequence, { type: 'packet', packet: isNext ? packet : detachRtpPacket(packet), sequence, arrivalUs });
      this.#highest = Math.max(this.#highest, sequence);
      while (this.#held.size > 0 && this.#highest - this.#next >= this.#windowPackets) this.#skipGap(output);
      this.#release(output);
    }
    return output.length === 0 ? NOTHING : output;
  }

  /** Gives up what was waited for too long at `nowUs` (arrival clock). Only matters with `maxWaitUs` or `startWaitUs`. */
  advance(nowUs: number): readonly (OrderedPacket | PacketGap)[] {
    if (this.#held.size === 0) return NOTHING;
    const output: (OrderedPacket | PacketGap)[] = [];
    if (this.#startsUs !== null && !this.#hasStarted(nowUs, output)) return NOTHING;
    this.#giveUpBefore(nowUs - this.#maxWaitUs, output);
    return output;
  }

  /** Gives out everything that is held: the stream has ended or the SSRC has changed. Afterwards the buffer starts with whatever number comes next. */
  flush(): readonly (OrderedPacket | PacketGap)[] {
    const output: (OrderedPacket | PacketGap)[] = [];
    while (this.#held.size > 0) this.#skipGap(output);
    this.#unwrapper.reset();
    this.#next = null;
    this.#startsUs = null;
    this.#offset = 0;
    this.#suspect = null;
    return output;
  }

  /** True once the wait for packets from before the first one is over; what was held then comes out as far as it is whole. */
  #hasStarted(nowUs: number, output: (OrderedPacket | PacketGap)[]): boolean {
    if (nowUs <= this.#startsUs!) return false;
    this.#startsUs = null;
    this.#release(output);
    return true;
  }

  #holdAtStart(packet: RtpPacket, sequence: number, arrivalUs: number): readonly (OrderedPacket | PacketGap)[] {
    if (this.#held.has(sequence)) this.#duplicates++;
    else this.#held.set(sequence, { type: 'packet', packet: detachRtpPacket(packet), sequence, arrivalUs });
    this.#next = Math.min(this.#next!, sequence);
    this.#highest = this.#held.size === 1 ? sequence : Math.max(this.#highest, sequence);
    if (this.#highest - this.#next < this.#windowPackets) return NOTHING;
    const output: (OrderedPacket | PacketGap)[] = [];
    this.#startsUs = null;
    while (this.#held.size > 0 && this.#highest - this.#next >= this.#windowPackets) this.#skipGap(output);
    this.#release(output);
    return output;
  }

  /** Two packets in a row far behind mean that the sender started anew (RFC 3550 A.1): numbers go on after a gap of one. */
  #suspectRestart(packet: RtpPacket, sequence: number, arrivalUs: number): readonly (OrderedPacket | PacketGap)[] {
    const suspect = this.#suspect;
    if (suspect === null || sequence !== suspect.sequence + 1) {
      this.#late++;
      this.#suspect = { type: 'packet', packet: detachRtpPacket(packet), sequence, arrivalUs };
      return NOTHING;
    }
    const output = [...this.flush()];
    const gapAt = this.#highest + 1;
    output.push({ type: 'gap', firstSequence: gapAt, lastSequence: gapAt });
    this.#offset = gapAt + 1 - suspect.packet.sequenceNumber;
    this.#late--;
    output.push(...this.push(suspect.packet, suspect.arrivalUs), ...this.push(packet, arrivalUs));
    return output;
  }

  #giveUpBefore(arrivalUs: number, output: (OrderedPacket | PacketGap)[]): void {
    while (this.#held.size > 0) {
      // The map is in insertion order, that is arrival order: its first entry has waited longest.
      const oldest = this.#held.values().next().value!;
      if (oldest.arrivalUs >= arrivalUs) return;
      this.#skipGap(output);
    }
  }

  /** Turns the missing run in front of the lowest held packet into a gap and releases what follows. */
  #skipGap(output: (OrderedPacket | PacketGap)[]): void {
    const first = this.#next!;
    let last = first;
    while (!this.#held.has(last)) last++;
    if (last > first) output.push({ type: 'gap', firstSequence: first, lastSequence: last - 1 });
    this.#next = last;
    this.#release(output);
  }

  #release(output: (OrderedPacket | PacketGap)[]): void {
    for (let held = this.#held.get(this.#next!); held !== undefined; held = this.#held.get(this.#next!)) {
      this.#held.delete(held.sequence);
      output.push(held);
      this.#next = held.sequence + 1;
    }
  }
}

/**
 * Restores send order for one SSRC of a sealed track and marks gaps: {@link ReorderBuffer} as a generator.
 *
 * @param windowPackets How far back a late packet may still be placed, in packets (1…32767).
 * @throws {RangeError} if `windowPackets` is outside that range.
 */
export function* inSendOrder(
  packets: Iterable<{ readonly packet: RtpPacket; readonly arrivalUs: number }>,
  windowPackets = 512,
): Generator<OrderedPacket | PacketGap> {
  const buffer = new ReorderBuffer({ windowPackets });
  for (const { packet, arrivalUs } of packets) yield* buffer.push(packet, arrivalUs);
  yield* buffer.flush();
}
