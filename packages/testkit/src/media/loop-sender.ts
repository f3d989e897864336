import type { MediaLoop } from './media-loop.ts';

const HEADER_BYTES = 12;
/** Longest packet that {@link writeLoopPacket} makes. */
export const MAX_PACKET_BYTES = 2048;

/** Header fields of a sent loop. */
export interface LoopSenderStart {
  readonly ssrc: number;
  readonly payloadType: number;
  /** u16 of the first packet; default 0. */
  readonly sequenceNumber?: number;
  /** u32 of frame 0; default 0. It wraps. */
  readonly timestamp?: number;
}

/** One RTP packet that is to be sent: enough to write it at any later moment. */
export interface LoopPacket {
  readonly frame: number;
  /** Shared with the loop: not to be written into. */
  readonly payload: Uint8Array;
  readonly payloadType: number;
  readonly hasMarker: boolean;
  readonly pictureIdOffset: number | null;
  readonly sequenceNumber: number;
  /** u32. */
  readonly timestamp: number;
  readonly ssrc: number;
}

/**
 * Turns the frames of a loop into the RTP packets of one SSRC: sequence numbers, timestamps and picture ids go on over the loop's seam.
 * Frames are asked for in rising order; leaving some out (mute) leaves a gap in timestamps but none in sequence numbers.
 */
export class LoopSender {
  #loop: MediaLoop;
  readonly ssrc: number;
  /** For sender reports. */
  packetCount = 0;
  octetCount = 0;
  #payloadType: number;
  #sequenceNumber: number;
  #timestampBase: number;

  constructor(loop: MediaLoop, start: LoopSenderStart) {
    this.#loop = loop;
    this.ssrc = start.ssrc;
    this.#payloadType = start.payloadType;
    this.#sequenceNumber = start.sequenceNumber ?? 0;
    this.#timestampBase = start.timestamp ?? 0;
  }

  get payloadType(): number {
    return this.#payloadType;
  }

  get loop(): MediaLoop {
    return this.#loop;
  }

  /** Goes on with other media (another codec, another size) of the same frame rate on the same SSRC. */
  switchTo(loop: MediaLoop, payloadType: number): void {
    this.#loop = loop;
    this.#payloadType = payloadType;
  }

  /** u32 timestamp of frame number `frame` (fractions are allowed: any media time). */
  timestampOf(frame: number): number {
    return Math.round(this.#timestampBase + frame * this.#loop.ticksPerFrame) % 0x1_0000_0000;
  }

  /** Moves every later timestamp by that many ticks: a jump. */
  jump(ticks: number): void {
    this.#timestampBase = (this.#timestampBase + ticks + 0x1_0000_0000) % 0x1_0000_0000;
  }

  /** Takes the packets of frame number `frame` into the sequence and returns them, unwritten. */
  take(frame: number): LoopPacket[] {
    const timestamp = this.timestampOf(frame);
    const { frames, kind, pictureIdOffset } = this.#loop;
    const { payloads } = frames[frame % frames.length]!;
    return payloads.map((payload, index): LoopPacket => {
      const sequenceNumber = this.#sequenceNumber;
      this.#sequenceNumber = (sequenceNumber + 1) & 0xffff;
      this.packetCount++;
      this.octetCount += payload.length;
      const hasMarker = kind === 'video' && index === payloads.length - 1;
      return { frame, payload, payloadType: this.#payloadType, hasMarker, pictureIdOffset, sequenceNumber, timestamp, ssrc: this.ssrc };
    });
  }

  /** Takes one packet that is not of the loop (an SFU's own frame, whole) into the sequence, at the time of frame number `frame` (a fraction is allowed). */
  takeForeign(payload: Uint8Array, frame: number): LoopPacket {
    const sequenceNumber = this.#sequenceNumber;
    this.#sequenceNumber = (sequenceNumber + 1) & 0xffff;
    const { ssrc } = this;
    const timestamp = this.timestampOf(frame);
    return { frame, payload, payloadType: this.#payloadType, hasMarker: true, pictureIdOffset: null, sequenceNumber, timestamp, ssrc };
  }

  /** Same as {@link writeLoopPacket}. */
  write(packet: LoopPacket, target: Uint8Array): number {
    return writeLoopPacket(packet, target);
  }

  /** The packets of frame number `frame` as fresh buffers, ready for the wire. */
  packets(frame: number): Uint8Array[] {
    const scratch = new Uint8Array(MAX_PACKET_BYTES);
    return this.take(frame).map((packet) => scratch.slice(0, writeLoopPacket(packet, scratch)));
  }
}

/** Writes a packet into `target` (at least {@link MAX_PACKET_BYTES} long) and returns its length in bytes. */
export function writeLoopPacket(packet: LoopPacket, target: Uint8Array): number {
  target[0] = 0x80;
  target[1] = (packet.hasMarker ? 0x80 : 0) | packet.payloadType;
  target[2] = packet.sequenceNumber >> 8;
  target[3] = packet.sequenceNumber & 0xff;
  writeUint32(target, 4, packet.timestamp);
  writeUint32(target, 8, packet.ssrc);
  target.set(packet.payload, HEADER_BYTES);
  if (packet.pictureIdOffset !== null) {
    const offset = HEADER_BYTES + packet.pictureIdOffset;
    target[offset] = 0x80 | ((packet.frame >> 8) & 0x7f);
    target[offset + 1] = packet.frame & 0xff;
  }
  return HEADER_BYTES + packet.payload.length;
}

function writeUint32(target: Uint8Array, offset: number, value: number): void {
  target[offset] = value >>> 24;
  target[offset + 1] = (value >>> 16) & 0xff;
  target[offset + 2] = (value >>> 8) & 0xff;
  target[offset + 3] = value & 0xff;
}
