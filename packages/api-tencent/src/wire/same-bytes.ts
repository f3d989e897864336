import { timingSafeEqual } from 'node:crypto';

/** Equal bytes, in a time that depends on their lengths alone. */
export function isSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
