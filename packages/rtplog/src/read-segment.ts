import { readFileSync } from 'node:fs';
import { CorruptLogError } from './errors.ts';
import { checkRecord, decodeSegmentHeader, RECORD_HEADER_BYTES, recordArrivalUs, recordKind } from './segment-format.ts';
import type { SegmentHeader } from './segment-format.ts';
import type { LogRecord } from './types.ts';

/** A segment read whole. Record bytes are views into the segment's bytes. */
export interface Segment {
  readonly header: SegmentHeader;
  readonly records: readonly LogRecord[];
  /** Bytes up to the end of the last good record. */
  readonly goodBytes: number;
  readonly sizeBytes: number;
}

/**
 * Reads one segment and stops at the last good record: what a crash cut off or a disk damaged is left out, `goodBytes < sizeBytes` says so.
 *
 * @param source The bytes of the file, or its path.
 * @throws {CorruptLogError} RTPLOG_CORRUPT when not even the header is whole.
 */
export function readSegment(source: Uint8Array | string): Segment {
  const bytes = typeof source === 'string' ? readFileSync(source) : source;
  const decoded = decodeSegmentHeader(bytes);
  if (typeof decoded === 'string') throw new CorruptLogError(typeof source === 'string' ? source : '(bytes)', 0);
  const records: LogRecord[] = [];
  let offset = decoded.sizeBytes;
  for (let end = checkRecord(bytes, offset, bytes.length); end > 0; end = checkRecord(bytes, offset, bytes.length)) {
    records.push(recordAt(bytes, offset, end));
    offset = end;
  }
  return { header: decoded.header, records, goodBytes: offset, sizeBytes: bytes.length };
}

/** The record `bytes[offset…end)`, which has been checked; its bytes are a view. */
export function recordAt(bytes: Uint8Array, offset: number, end: number): LogRecord {
  return {
    kind: recordKind(bytes, offset),
    arrivalUs: recordArrivalUs(bytes, offset),
    bytes: bytes.subarray(offset + RECORD_HEADER_BYTES, end - 4),
  };
}
