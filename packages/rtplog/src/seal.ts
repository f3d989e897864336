import { createHash } from 'node:crypto';
import { CHAIN_START, nextHead } from './chain-file.ts';
import type { FileLayer } from './file-layer.ts';
import type { Seal } from './types.ts';

export const SEAL_FILE = 'sealed.json';

/**
 * Returns the head of the hash chain: head₀ is 32 zero bytes, headₙ = SHA-256(headₙ₋₁ ‖ sha256 of file n), files in the order of the seal. Hex.
 */
export function chainHead(segments: Seal['segments']): string {
  return segments.reduce((head, { sha256 }) => nextHead(head, sha256), CHAIN_START);
}

/** The seal with chain head and checksum. */
export function completeSeal(seal: Omit<Seal, 'chainHead' | 'checksum'>): Seal {
  const whole = { ...seal, chainHead: chainHead(seal.segments) };
  return { ...whole, checksum: sealChecksum(whole) };
}

/** SHA-256 of a seal as JSON without its checksum. */
export function sealChecksum(seal: Seal): string {
  const { checksum: _, ...rest } = seal;
  return createHash('sha256').update(JSON.stringify(rest)).digest('hex');
}

/** The bytes of sealed.json: one property a line. */
export function encodeSeal(seal: Seal): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(seal, null, 1)}\n`);
}

/** Writes sealed.json whole or not at all: a synced temporary file, then a rename. */
export async function writeSeal(folder: string, seal: Seal, files: FileLayer): Promise<void> {
  const temporary = `${folder}/${SEAL_FILE}.tmp`;
  const bytes = encodeSeal(seal);
  const file = await files.open(temporary);
  try {
    for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written), written);
    await file.datasync();
  } finally {
    await file.close();
  }
  await files.rename(temporary, `${folder}/${SEAL_FILE}`);
}
