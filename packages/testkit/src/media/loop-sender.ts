import type { LoopFrame, MediaLoop } from './media-loop.ts';

const HEADER_BYTES = 12;
/** Longest packet that {@link LoopSender.write} makes. */
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
  /** Which of the frame's payloads. */
  readonly index: number;
  readonly sequenceNumber: number;
  /** u32. */
  readonly timestamp: number;
}

/**
 * Turns the frames of a loop into the RTP packets of one SSRC: sequence numbers, timestamps and picture ids go on over the loop's seam.
 * Frames are asked for in rising order; leaving some out (mute) leaves a gap in timestamps but none in sequence numbers.
 */
export class LoopSender {
  readonly loop: MediaLoop;
  readonly ssrc: number;
  /** For sender reports. */
  packetCount = 0;
  octetCount = 0;
  readonly #payloadType: number;
  #sequenceNumber: number;
  #timestampBase: number;

  constructor(loop: MediaLoop, start: LoopSenderStart) {
    this.loop = loop;
    this.ssrc = start.ssrc;
    this.#payloadType = start.payloadType;
    this.#sequenceNumber = start.sequenceNumber ?? 0;
    this.#timestampBase = start.timestamp ?? 0;
  }

  /** u32 timestamp of frame number `frame` (fractions are allowed: any media time). */
  timestampOf(frame: number): number {
    return Math.round(this.#timestampBase + frame * this.loop.ticksPerFrame) % 0x1_0000_0000;
  }

  /** Moves every later timestamp by that many ticks: a jump. */
  jump(ticks: number): void {
    this.#timestampBase = (this.#timestampBase + ticks + 0x1_0000_0000) % 0x1_0000_0000;
  }

  /** Takes the packets of frame number `frame` into the sequence and returns them, unwritten. */
  take(frame: number): LoopPacket[] {
    const timestamp = this.timestampOf(frame);
    return this.#frame(frame).payloads.map((payload, index) => {
      const sequenceNumber = this.#sequenceNumber;
      this.#sequenceNumber = (sequenceNumber + 1) & 0xffff;
      this.packetCount++;
      this.octetCount += payload.length;
      return { frame, index, sequenceNumber, timestamp };
    });
  }

  /** Writes a packet from {@link take} into `target` (at least {@link MAX_PACKET_BYTES} long) and returns its length in bytes. */
  write(packet: LoopPacket, target: Uint8Array): number {
    const { payloads } = this.#frame(packet.frame);
    const payload = payloads[packet.index]!;
    const hasMarker = this.loop.kind === 'video' && packet.index === payloads.length - 1;
    target[0] = 0x80;
    target[1] = (hasMarker ? 0x80 : 0) | this.#payloadType;
    target[2] = packet.sequenceNumber >> 8;
    target[3] = packet.sequenceNumber & 0xff;
    writeUint32(target, 4, packet.timestamp);
    writeUint32(target, 8, this.ssrc);
    target.set(payload, HEADER_BYTES);
    if (this.loop.pictureIdOffset !== null) {
      target[HEADER_BYTES + this.loop.pictureIdOffset] = 0x80 | ((packet.frame >> 8) & 0x7f);
      target[HEADER_BYTES + this.loop.pictureIdOffset + 1] = packet.frame & 0xff;
    }
    return HEADER_BYTES + payload.length;
  }

  /** The packets of frame number `frame` as fresh buffers, ready for the wire. */
  packets(frame: number): Uint8Array[] {
    const scratch = new Uint8Array(MAX_PACKET_BYTES);
    return this.take(frame).map((packet) => scratch.slice(0, this.write(packet, scratch)));
  }

  #frame(frame: number): LoopFrame {
    return this.loop.frames[frame % this.loop.frames.length]!;
  }
}

function writeUint32(target: Uint8Array, offset: number, value: number): void {
  target[offset] = value >>> 24;
  target[offset + 1] = (value >>> 16) & 0xff;
  target[offset + 2] = (value >>> 8) & 0xff;
  target[offset + 3] = value & 0xff;
}
