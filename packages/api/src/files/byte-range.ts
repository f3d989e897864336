import { RangeNotSatisfiableError } from '../errors.ts';

/** Bytes of a file, both ends inclusive. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The one range that a Range header asks for, or null for the whole file: no header, another unit, several ranges, or a header that cannot be read.
 *
 * @throws {RangeNotSatisfiableError} RANGE_NOT_SATISFIABLE when it begins behind the end.
 * @see RFC 9110 §14.2
 */
export function readRange(header: string | undefined, sizeBytes: number): ByteRange | null {
  const match = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/.exec(header ?? '');
  const [, from = '', to = ''] = match ?? [];
  if (match === null || header === undefined || (from === '' && to === '')) return null;
  const first = from === '' ? Math.max(0, sizeBytes - Number(to)) : Number(from);
  const last = from === '' || to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return null;
  if (first >= sizeBytes || (from === '' && Number(to) === 0)) throw new RangeNotSatisfiableError(header, sizeBytes);
  return { first, last };
}
