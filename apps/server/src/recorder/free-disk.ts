import { statfs } from 'node:fs/promises';
import type { Config } from '../config/config.ts';
import { DiskFullError } from '../errors.ts';

/** Bytes that this process may still write on the file system of `path`. */
export async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

/** Of the reserve `minFreeBytes`, the part below which running recordings end too. */
export const endShare = 0.25;

/** @throws {DiskFullError} DISK_FULL when the reserve of the data disk is touched: nothing new may begin. */
export async function refuseFullDisk({ dataDir, minFreeBytes }: Pick<Config, 'dataDir' | 'minFreeBytes'>): Promise<void> {
  const free = await freeBytes(dataDir);
  if (free < minFreeBytes) throw new DiskFullError(free, minFreeBytes);
}
