import { createHash } from 'node:crypto';
import { FileHash, MARK_BYTES, MARK_DIGITS, markedBy } from './file-hash.ts';
import { checkRecord, decodeSegmentHeader, RECORD_OVERHEAD_BYTES } from './segment-format.ts';
import type { SealedFile } from './types.ts';

/** A sealed file and, where its link of the chain is there, the marks. */
export interface KnownFile extends SealedFile {
  readonly marks?: string;
}

/** How a file differs from its seal, and the first bytes that do: offsets in the file as it is now (`truncated`, `removed`: as it was). */
export interface Change {
  readonly kind: 'altered' | 'truncated' | 'extended' | 'removed' | 'added' | 'swapped';
  readonly fromByte: number;
  /** Exclusive. */
  readonly toByte: number;
  /** Of a text file, 1 …; null: not a text file, or not a single line. */
  readonly line: number | null;
  readonly detail: string;
}

/** Null when `bytes` are what `file` says; `others` tell a swapped file from an altered one. */
export function findChange(bytes: Uint8Array | null, file: KnownFile, others: readonly SealedFile[]): Change | null {
  if (bytes === null) return { kind: 'removed', fromByte: 0, toByte: file.sizeBytes, line: null, detail: 'is not there any more' };
  const hash = new FileHash(markedBy(file.path));
  hash.update(bytes);
  const found = hash.finish();
  if (found.sha256 === file.sha256 && found.sizeBytes === file.sizeBytes) return null;
  const twin = others.find((other) => other.sha256 === found.sha256);
  if (twin !== undefined) return change('swapped', 0, bytes.length, `holds the bytes of ${twin.path}`);
  const differing = firstDifference(found.marks, file.marks ?? null);
  return markedBy(file.path) === 'line' ? findInLines(bytes, file, differing) : findInSegment(bytes, file, differing);
}

const change = (kind: Change['kind'], fromByte: number, toByte: number, detail: string, line: number | null = null): Change => ({
  ...{ kind, fromByte, toByte, line, detail },
});

/** Index of the first mark of `found` that is another than `sealed` has; null: as far as both go they agree, or nothing is known. */
function firstDifference(found: string, sealed: string | null): number | null {
  const count = Math.min(found.length, sealed?.length ?? 0) / MARK_DIGITS;
  for (let index = 0; index < count; index++) {
    const from = index * MARK_DIGITS;
    if (found.slice(from, from + MARK_DIGITS) !== sealed?.slice(from, from + MARK_DIGITS)) return index;
  }
  return null;
}

function findInSegment(bytes: Uint8Array, file: KnownFile, differing: number | null): Change {
  // Up to here the marks say that it is as it was.
  const blockFrom = (differing ?? Math.floor(Math.min(bytes.length, file.sizeBytes) / MARK_BYTES)) * MARK_BYTES;
  const blockTo = Math.min(bytes.length, blockFrom + MARK_BYTES);
  const knowsMarks = file.marks !== undefined;
  const bad = firstBadRecord(bytes, file.goodBytes ?? bytes.length);
  const isTornTail = bad !== null && bad.fromByte === file.goodBytes;
  if (bad !== null && !isTornTail && bad.isCutOff && bytes.length < file.sizeBytes && differing === null)
    return change('truncated', bytes.length, file.sizeBytes, `is cut off at byte ${bytes.length}`);
  if (bad !== null && !isTornTail && (!knowsMarks || differing === null || bad.fromByte < blockTo)) {
    const what = bad.fromByte === 0 ? 'has an altered header' : 'has an altered record';
    return change('altered', bad.fromByte, bad.toByte, what);
  }
  if (differing === null && bytes.length < file.sizeBytes) {
    // Records are whole: they were cut off behind the last, or taken out behind the last mark.
    const missing = file.sizeBytes - bytes.length;
    if (bytes.length % MARK_BYTES === 0) return change('truncated', bytes.length, file.sizeBytes, `is cut off at byte ${bytes.length}`);
    return change('truncated', knowsMarks ? blockFrom : 0, file.sizeBytes, `lacks ${missing} bytes of whole records`);
  }
  if (differing === null && bytes.length > file.sizeBytes && prefixHash(bytes, file.sizeBytes) === file.sha256)
    return change('extended', file.sizeBytes, bytes.length, `has ${bytes.length - file.sizeBytes} bytes that were not in it`);
  if (!knowsMarks) return change('altered', 0, bytes.length, 'has been altered; its records’ sums were made anew');
  return change('altered', blockFrom, blockTo, 'has been altered; its records’ sums were made anew');
}

/** The header or first record whose sum is wrong or that is cut off; null: every record to the end is good. */
function firstBadRecord(
  bytes: Uint8Array,
  goodBytes: number,
): { readonly fromByte: number; readonly toByte: number; readonly isCutOff: boolean } | null {
  const header = decodeHeader(bytes);
  if (typeof header === 'string') return { fromByte: 0, toByte: headerEnd(bytes), isCutOff: header === 'incomplete' };
  let at = header.sizeBytes;
  for (;;) {
    if (at === bytes.length) return null;
    const end = checkRecord(bytes, at, bytes.length);
    if (end < 0) return { fromByte: at, toByte: recordEnd(bytes, at, goodBytes), isCutOff: end === -1 };
    at = end;
  }
}

function decodeHeader(bytes: Uint8Array): ReturnType<typeof decodeSegmentHeader> {
  try {
    return decodeSegmentHeader(bytes);
  } catch {
    return 'corrupt'; // its sum was made anew over text that is no JSON
  }
}

/** Where the first good record begins: the damage lies before it. */
function headerEnd(bytes: Uint8Array): number {
  return bytes.length < 12
    ? bytes.length
    : Math.min(bytes.length, 12 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true) + 4);
}

/** End of a bad record by its own length, when the next record begins there; else by the next good record; else the end of the file. */
function recordEnd(bytes: Uint8Array, at: number, goodBytes: number): number {
  if (at + 4 > bytes.length) return bytes.length;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);
  const end = at + RECORD_OVERHEAD_BYTES + length;
  if (end === bytes.length || end === goodBytes || (end < bytes.length && checkRecord(bytes, end, bytes.length) > 0)) return end;
  const furthest = Math.min(bytes.length, at + MARK_BYTES);
  for (let next = at + 1; next < furthest; next++) if (checkRecord(bytes, next, bytes.length) > 0) return next;
  return bytes.length;
}

const prefixHash = (bytes: Uint8Array, sizeBytes: number): string =>
  createHash('sha256').update(bytes.subarray(0, sizeBytes)).digest('hex');

function findInLines(bytes: Uint8Array, file: KnownFile, differing: number | null): Change {
  if (file.marks === undefined) return change('altered', 0, bytes.length, 'has been altered');
  const starts = lineStarts(bytes);
  const lines = starts.length - 1;
  const sealedLines = file.marks.length / MARK_DIGITS;
  if (differing !== null) {
    const [from = 0, to = bytes.length] = [starts[differing], starts[differing + 1]];
    return change('altered', from, to, 'has been altered', differing + 1);
  }
  const end = starts[lines] ?? 0;
  if (bytes.length < file.sizeBytes) {
    const isWithinLine = end < bytes.length;
    return change('truncated', bytes.length, file.sizeBytes, `is cut off ${isWithinLine ? 'in' : 'before'} line ${lines + 1}`, lines + 1);
  }
  if (lines > sealedLines)
    return change('extended', starts[sealedLines] ?? 0, bytes.length, 'has lines that were not in it', sealedLines + 1);
  return change('altered', end, bytes.length, 'has been altered behind its last whole line', lines + 1);
}

/** Offset of each line and, last, of what follows the last line end. */
function lineStarts(bytes: Uint8Array): number[] {
  const starts = [0];
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) starts.push(at + 1);
  return starts;
}
