import type { ByteFile } from './seal-mp4.ts';

const searchBytes = 65_536;

/**
 * Cuts off the zeros at a file's end: room that was taken ahead and never written.
 *
 * @param keptBytes So many zeros are kept, because media may end with some.
 */
export function cutZeros(file: ByteFile, keptBytes: number): void {
  const whole = file.sizeBytes;
  for (let end = whole; end > 0;) {
    const from = Math.max(0, end - searchBytes);
    const last = file.read(from, end - from).findLastIndex((byte) => byte !== 0);
    if (last >= 0) return file.truncate(Math.min(whole, from + last + 1 + keptBytes));
    end = from;
  }
  file.truncate(0);
}
