import { ByteWriter } from '../byte-writer.ts';

const streamIds = { video: 0xe0, audio: 0xc0 } as const;

/** One PES packet. Times at 90 kHz. @see ISO/IEC 13818-1 §2.4.3.6 */
export function pesPacket(kind: 'video' | 'audio', pts: number, dts: number, payload: Uint8Array): Uint8Array {
  const hasDts = pts !== dts;
  const headBytes = hasDts ? 10 : 5;
  const out = new ByteWriter(payload.length + 24).u24(1).u8(streamIds[kind]);
  // Video may be longer than the field can say: 0.
  out.u16(kind === 'video' ? 0 : payload.length + headBytes + 3);
  out
    .u8(0x84)
    .u8(hasDts ? 0xc0 : 0x80)
    .u8(headBytes);
  timestamp(out, hasDts ? 3 : 2, pts);
  if (hasDts) timestamp(out, 1, dts);
  return out.bytes(payload).toBytes();
}

/** 33 bits in five bytes, with marker bits. */
function timestamp(out: ByteWriter, prefix: number, ticks: number): void {
  const high = Math.floor(ticks / 2 ** 30) & 7;
  out.u8((prefix << 4) | (high << 1) | 1);
  out.u16((((ticks >>> 15) & 0x7fff) << 1) | 1);
  out.u16(((ticks & 0x7fff) << 1) | 1);
}
