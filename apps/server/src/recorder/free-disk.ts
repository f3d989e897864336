import { statfs } from 'node:fs/promises';

/** Bytes that this process may still write on the file system of `path`. */
export async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

/** Of the reserve `minFreeBytes`, the part below which running recordings end too. */
export const endShare = 0.25;
