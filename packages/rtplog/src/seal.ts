import { createHash } from 'node:crypto';
import type { FileLayer } from './file-layer.ts';
import type { Seal } from './types.ts';

export const SEAL_FILE = 'sealed.json';

/**
 * Returns the head of the hash chain: head₀ is 32 zero bytes, headₙ = SHA-256(headₙ₋₁ ‖ sha256 of file n), files in the order of the seal. Hex.
 */
export function chainHead(segments: Seal['segments']): string {
  let head = Buffer.alloc(32);
  for (const { sha256 } of segments) head = createHash('sha256').update(head).update(Buffer.from(sha256, 'hex')).digest();
  return head.toString('hex');
}

/** Writes sealed.json whole or not at all: a synced temporary file, then a rename. */
export async function writeSeal(folder: string, seal: Seal, files: FileLayer): Promise<void> {
  const temporary = `${folder}/${SEAL_FILE}.tmp`;
  const bytes = new TextEncoder().encode(`${JSON.stringify(seal, null, 1)}\n`);
  const file = await files.open(temporary);
  try {
    for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written), written);
    await file.datasync();
  } finally {
    await file.close();
  }
  await files.rename(temporary, `${folder}/${SEAL_FILE}`);
}
