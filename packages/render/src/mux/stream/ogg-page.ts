import { crc32 } from '../crc32.ts';

/** One page of an Ogg stream. */
export interface OggPage {
  /** 2: first page, 4: last page. */
  readonly flags: number;
  readonly granule: number;
  readonly sequence: number;
  /** Whole packets. */
  readonly packets: readonly Uint8Array[];
}

/** All our streams are alone in their files. */
const serial = 0x5441_5045;
const headerBytes = 27;
const crcAt = 22;
/** Lacing values a page can hold. */
export const pageSegments = 255;

/** Lacing values that a packet needs. */
export function segmentsOf(packet: Uint8Array): number {
  return Math.floor(packet.length / 255) + 1;
}

/** @see RFC 3533 §6 */
export function oggPage({ flags, granule, sequence, packets }: OggPage): Uint8Array {
  const lacing = packets.flatMap((packet) => [...Array<number>(segmentsOf(packet) - 1).fill(255), packet.length % 255]);
  const head = Buffer.alloc(headerBytes);
  head.write('OggS', 0, 'latin1');
  head[5] = flags;
  head.writeBigInt64LE(BigInt(granule), 6);
  head.writeUInt32LE(serial, 14);
  head.writeUInt32LE(sequence, 18);
  head[26] = lacing.length;
  return withCrc(Buffer.concat([head, Uint8Array.from(lacing), ...packets]));
}

/** The same page (a fresh one) as the stream's last, which ends at `granule`. */
export function asLastPage(page: Uint8Array, granule: number): Uint8Array {
  const out = Buffer.from(page);
  out[5] = out[5]! | 4;
  out.writeBigInt64LE(BigInt(granule), 6);
  return withCrc(out);
}

function withCrc(page: Buffer): Uint8Array {
  page.writeUInt32LE(0, crcAt);
  page.writeUInt32LE(crc32(page, 0), crcAt);
  return page;
}
