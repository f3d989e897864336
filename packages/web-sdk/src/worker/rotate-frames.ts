import type { ByteFile } from '../mp4/seal-mp4.ts';

/** Most frames that are held in memory, twice. */
const heldFrames = 1 << 16;

/** Samples of all channels of one moment. */
export interface FrameSpan {
  /** Byte at which the first one begins. */
  readonly start: number;
  /** 2 or 4. */
  readonly frameBytes: number;
  readonly count: number;
}

/** Brings 16-bit sound into order that begins in the middle: the first `by` frames go behind the rest, in the file itself, with little memory and no more room on the disk. */
export function rotateFrames(disk: ByteFile, span: FrameSpan, by: number): void {
  reverse(disk, span, 0, by);
  reverse(disk, span, by, span.count);
  reverse(disk, span, 0, span.count);
}

function reverse(disk: ByteFile, { start, frameBytes }: FrameSpan, first: number, end: number): void {
  const read = (frame: number, count: number): Uint8Array => {
    const bytes = disk.read(start + frame * frameBytes, count * frameBytes);
    (frameBytes === 2 ? new Uint16Array(bytes.buffer, 0, count) : new Uint32Array(bytes.buffer, 0, count)).reverse();
    return bytes;
  };
  for (let [low, high] = [first, end]; high - low > 1;) {
    const count = Math.min(heldFrames, Math.floor((high - low) / 2));
    high -= count;
    const [front, back] = [read(low, count), read(high, count)];
    disk.write(back, start + low * frameBytes);
    disk.write(front, start + high * frameBytes);
    low += count;
  }
}
