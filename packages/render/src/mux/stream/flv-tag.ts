import type { ByteWriter } from '../byte-writer.ts';

export const tagTypes = { audio: 8, video: 9, script: 18 } as const;
/** Around a tag's body: header, and the size behind it. */
export const tagHeaderBytes = 11;
export const tagFooterBytes = 4;

/** Writes one tag and its size behind it. */
export function flvTag(out: ByteWriter, type: number, ms: number, body: Uint8Array): void {
  out
    .u8(type)
    .u24(body.length)
    .u24(ms & 0xff_ffff)
    .u8((ms >>> 24) & 0xff)
    .u24(0)
    .bytes(body)
    .u32(tagHeaderBytes + body.length);
}
