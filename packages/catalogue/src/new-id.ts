import { randomBytes } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford's base 32, as in ULID

/**
 * `<kind>_` and 26 characters that sort by the time they were made: 10 of wall clock milliseconds, 16 of randomness (80 bits).
 *
 * @see https://github.com/ulid/spec
 */
export function newId(
  kind: 'app' | 'rec' | 'file' | 'stg' | 'tpl' | 'evt' | 'wh' | 'dlv' | 'ren' | 'vcb',
  nowMs: number = Date.now(),
): string {
  let time = '';
  for (let rest = nowMs, digit = 0; digit < 10; digit++, rest = Math.floor(rest / 32)) time = `${alphabet[rest % 32]}${time}`;
  const chance = [...randomBytes(16)].map((byte) => alphabet[byte % 32]).join('');
  return `${kind}_${time}${chance}`;
}
