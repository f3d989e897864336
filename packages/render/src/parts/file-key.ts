import { createHash } from 'node:crypto';

/** Longest identity kept as it is; file systems allow 255 bytes for the whole name. */
const maxBytes = 80;

/**
 * A participant identity as a part of file names: letters and digits of any script, `_`, `-` and `@` stay; where anything else was replaced or cut a
 * short hash keeps two identities apart.
 */
export function safeIdentity(identity: string): string {
  let safe = identity.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}_@-]/gu, '_');
  while (Buffer.byteLength(safe) > maxBytes) safe = [...safe].slice(0, -1).join('');
  if (safe === identity && safe.length > 0) return safe;
  return `${safe}_${createHash('sha256').update(identity).digest('hex').slice(0, 8)}`;
}

/** Key of the n-th file (1, 2, 3 …) of an output: `alice.camera`, `alice.camera.0002` … */
export function fileKey(key: string, number: number): string {
  return number === 1 ? key : `${key}.${String(number).padStart(4, '0')}`;
}
