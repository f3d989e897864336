import { ByteWriter } from '../byte-writer.ts';

const packetBytes = 188;
const syncByte = 0x47;
const nullPid = 0x1fff;

/** What the first packet of a PES tells beside its payload. */
export interface PacketFlags {
  /** 90 kHz; null: none. */
  readonly pcr: number | null;
  /** A decoder may begin here. */
  readonly isRandomAccess: boolean;
}

/**
 * Writes 188-byte transport packets and counts them per PID: the counters go on from segment to segment, so that joined segments are one stream.
 *
 * @see ISO/IEC 13818-1 §2.4.3
 */
export class TsPackets {
  readonly #out = new ByteWriter(1 << 16);
  readonly #counters: Map<number, number>;

  /** @param counters Next counter of each PID; changed as packets are written. */
  constructor(counters: Map<number, number>) {
    this.#counters = counters;
  }

  /** One table section (PAT, PMT) in one packet. */
  section(pid: number, section: Uint8Array): void {
    this.#header(pid, true, false);
    this.#out.u8(0).bytes(section);
    for (let left = packetBytes - 5 - section.length; left > 0; left--) this.#out.u8(0xff);
  }

  /** One PES packet, stuffed to whole transport packets. */
  pes(pid: number, pes: Uint8Array, { pcr, isRandomAccess }: PacketFlags): void {
    for (let at = 0; at < pes.length;) {
      const isFirst = at === 0;
      const fieldBytes = isFirst && pcr !== null ? 8 : isFirst && isRandomAccess ? 2 : 0;
      const room = packetBytes - 4 - fieldBytes;
      const count = Math.min(room, pes.length - at);
      const stuffing = room - count;
      this.#header(pid, isFirst, fieldBytes + stuffing > 0);
      if (fieldBytes + stuffing > 0) this.#adaptation(fieldBytes, stuffing, isFirst ? pcr : null, isFirst && isRandomAccess);
      this.#out.bytes(pes.subarray(at, at + count));
      at += count;
    }
  }

  /** A null packet: players pass over it, so it may carry what is our own. */
  filler(payload: Uint8Array): void {
    this.#out
      .u8(syncByte)
      .u16(nullPid)
      .u8(0x10)
      .bytes(payload)
      .zeros(packetBytes - 4 - payload.length);
  }

  toBytes(): Uint8Array {
    return this.#out.toBytes();
  }

  #header(pid: number, isStart: boolean, hasAdaptation: boolean): void {
    const counter = this.#counters.get(pid) ?? 0;
    this.#counters.set(pid, (counter + 1) & 15);
    this.#out
      .u8(syncByte)
      .u16((isStart ? 0x4000 : 0) | pid)
      .u8((hasAdaptation ? 0x30 : 0x10) | counter);
  }

  /** A field of `fieldBytes + stuffing` bytes, its length byte included. */
  #adaptation(fieldBytes: number, stuffing: number, pcr: number | null, isRandomAccess: boolean): void {
    const length = fieldBytes + stuffing - 1;
    this.#out.u8(length);
    if (length === 0) return;
    this.#out.u8((isRandomAccess ? 0x40 : 0) | (pcr === null ? 0 : 0x10));
    // 33 bits at 90 kHz, six reserved ones, nine bits at 27 MHz.
    if (pcr !== null) this.#out.u32(Math.floor(pcr / 2)).u16(((pcr % 2) * 0x8000) | 0x7e00);
    for (let left = length - 1 - (pcr === null ? 0 : 6); left > 0; left--) this.#out.u8(0xff);
  }
}

/** The payload of a null packet (a view), or null when `packet` is none. */
export function fillerPayload(packet: Uint8Array): Uint8Array | null {
  const isNull = packet.length === packetBytes && packet[0] === syncByte && packet[1] === nullPid >> 8 && packet[2] === (nullPid & 0xff);
  return isNull ? packet.subarray(4) : null;
}
