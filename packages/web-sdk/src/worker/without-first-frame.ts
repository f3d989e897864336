import type { DiskFile } from './disk-file.ts';

/**
 * Writes an ADTS stream without its first frame: the loaded encoder puts one in front that has nothing of the sound. Without it second n of the file is second n of the sound.
 *
 * @returns what takes the stream's bytes at their places; those at 0 must begin with a whole frame.
 */
export function withoutFirstFrame(disk: Pick<DiskFile, 'write'>): (bytes: Uint8Array, at: number) => void {
  let leftOut = 0;
  return (bytes, at) => {
    if (at === 0) leftOut = frameBytes(bytes);
    disk.write(at === 0 ? bytes.subarray(leftOut) : bytes, Math.max(0, at - leftOut));
  };
}

/** Length of the first frame, with its header. @see ISO/IEC 14496-3 §1.A.2 (adts_fixed_header, aac_frame_length) */
function frameBytes(bytes: Uint8Array): number {
  return (((bytes[3] ?? 0) & 3) << 11) | ((bytes[4] ?? 0) << 3) | ((bytes[5] ?? 0) >> 5);
}
