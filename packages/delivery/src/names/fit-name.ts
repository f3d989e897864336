import { createHash } from 'node:crypto';

/** Of a name without its extension: below what a storage key's name may have, with room for what the parts of a playlist add. */
const usualBytes = 200;

/**
 * The name as one that every storage takes: no separators or control characters, and what is too long cut, with a hash of the whole in place of the rest, so that two names stay two.
 *
 * @param mostBytes How long it may be, in bytes of UTF-8.
 */
export function fitName(name: string, mostBytes = usualBytes): string {
  const safe = name.replace(/[/\\\p{Cc}]/gu, '_').toWellFormed();
  if (Buffer.byteLength(safe) <= mostBytes) return safe;
  const hash = `~${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  let cut = safe.slice(0, mostBytes);
  while (Buffer.byteLength(cut) > mostBytes - hash.length) cut = [...cut].slice(0, -1).join('');
  return `${cut}${hash}`;
}
