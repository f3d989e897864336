import { ByteWriter } from '../byte-writer.ts';
import { crc32 } from '../crc32.ts';

/** Packet identifiers of our programs. */
export const pids = { pat: 0, pmt: 0x1000, video: 0x100, audio: 0x101 } as const;

/** H.264 and ADTS AAC. @see ISO/IEC 13818-1 table 2-34 */
const streamTypes = { video: 0x1b, audio: 0x0f } as const;

/** Program association: one program. @see ISO/IEC 13818-1 §2.4.4.3 */
export function patSection(): Uint8Array {
  return section(0, 1, new ByteWriter(8).u16(1).u16(0xe000 | pids.pmt));
}

/** Program map: the streams and which of them carries the clock. @see ISO/IEC 13818-1 §2.4.4.8 */
export function pmtSection(hasVideo: boolean, hasAudio: boolean): Uint8Array {
  const body = new ByteWriter(16).u16(0xe000 | (hasVideo ? pids.video : pids.audio)).u16(0xf000);
  if (hasVideo)
    body
      .u8(streamTypes.video)
      .u16(0xe000 | pids.video)
      .u16(0xf000);
  if (hasAudio)
    body
      .u8(streamTypes.audio)
      .u16(0xe000 | pids.audio)
      .u16(0xf000);
  return section(2, 1, body);
}

function section(tableId: number, id: number, body: ByteWriter): Uint8Array {
  const out = new ByteWriter(64).u8(tableId).u16(0xb000 | (body.length + 9));
  out.u16(id).u8(0xc1).u8(0).u8(0).bytes(body.toBytes());
  return out.u32(crc32(out.toBytes(), 0xffff_ffff)).toBytes();
}
