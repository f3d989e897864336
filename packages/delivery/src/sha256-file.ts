import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

const blockBytes = 1024 * 1024;

/** Size and SHA-256 (hexadecimal) of a file, read once in blocks of 1 MiB. */
export async function sha256File(path: string, signal?: AbortSignal): Promise<{ readonly sizeBytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafe(blockBytes);
  let sizeBytes = 0;
  await using file = await open(path, 'r');
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(block, 0, blockBytes, sizeBytes);
    if (bytesRead === 0) return { sizeBytes, sha256: hash.digest('hex') };
    hash.update(block.subarray(0, bytesRead));
    sizeBytes += bytesRead;
  }
}
