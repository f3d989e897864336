import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

const blockBytes = 1024 * 1024;

/** What a file holds, read once. */
export interface FileDigest {
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Of each run of `partBytes`, the last one shorter; at least one. */
  readonly partCrc32s: readonly number[];
}

/** @param partBytes A multiple of 1 MiB. */
export async function digestFile(path: string, partBytes: number, signal?: AbortSignal): Promise<FileDigest> {
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafe(blockBytes);
  const partCrc32s = [0];
  let sizeBytes = 0;
  await using file = await open(path, 'r');
  for (;;) {
    signal?.throwIfAborted();
    const room = blockBytes - (sizeBytes % blockBytes); // a short read never makes a block lie across two parts
    const { bytesRead } = await file.read(block, 0, room, sizeBytes);
    if (bytesRead === 0) return { sizeBytes, sha256: hash.digest('hex'), partCrc32s };
    const bytes = block.subarray(0, bytesRead);
    hash.update(bytes);
    const index = Math.floor(sizeBytes / partBytes);
    partCrc32s[index] = crc32(bytes, partCrc32s[index] ?? 0);
    sizeBytes += bytesRead;
  }
}

/** Up to `length` bytes of a file from `from`, fewer at its end. */
export async function readBytes(path: string, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  await using file = await open(path, 'r');
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, from + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

/** Hexadecimal MD5, computed in steps between which other work runs. */
export async function md5Of(bytes: Uint8Array): Promise<string> {
  const hash = createHash('md5');
  for (let at = 0; at < bytes.length; at += blockBytes) {
    hash.update(bytes.subarray(at, at + blockBytes));
    if (at + blockBytes < bytes.length) await new Promise(setImmediate);
  }
  return hash.digest('hex');
}
