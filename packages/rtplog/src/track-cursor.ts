import { existsSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { listSegments } from './log-folders.ts';
import { recordAt } from './read-segment.ts';
import { checkRecord, decodeSegmentHeader, recordArrivalUs } from './segment-format.ts';
import type { SegmentHeader } from './segment-format.ts';
import { openIfThere } from './session-cursor.ts';
import type { LogItem } from './types.ts';

const FIRST_READ_BYTES = 64 * 1024;
const MAX_READ_BYTES = 4 * 1024 * 1024;

/**
 * Reads one track's records in order through all its segments, while they grow. Records are views into read buffers, which are used again
 * after {@link startBatch}: memory is bounded by what one batch takes.
 */
export class TrackCursor {
  readonly #folder: string;
  readonly #epoch: number;
  #segment: number;
  #handle: FileHandle | null = null;
  #header: SegmentHeader | null = null;
  /** File position of the next record. */
  #position = 0;
  /** File position of `#buffer[0]`. */
  #bufferPosition = 0;
  #bufferedBytes = 0;
  #buffer = new Uint8Array(FIRST_READ_BYTES);
  #spare: Uint8Array<ArrayBuffer> | null = null;
  #isBufferLent = false;
  #isSpareLent = false;
  #end = 0;
  #hasRecord = false;
  /** The files gave no more when last asked; they are asked again after {@link refresh}. */
  #isAtEnd = false;

  /** @param segment Number of the segment to start with. */
  constructor(folder: string, epoch: number, segment = 1) {
    this.#folder = folder;
    this.#epoch = epoch;
    this.#segment = segment;
  }

  /** The files may have grown since: look again. */
  refresh(): void {
    this.#isAtEnd = false;
  }

  /** Views given out before are no longer used: their buffers may be overwritten. */
  startBatch(): void {
    this.#isBufferLent = false;
    this.#isSpareLent = false;
  }

  /** Arrival of the next record, or null when there is none yet (or, with `isComplete`, none any more). */
  async peekUs(isComplete: boolean): Promise<number | null> {
    if (!this.#hasRecord) this.#hasRecord = this.#findBuffered() || (await this.#findRecord(isComplete));
    return this.#hasRecord ? this.#arrivalUs() : null;
  }

  /** Takes every record up to `untilUs` (inclusive) into `items`. */
  async takeUntil(untilUs: number, fromUs: number, isComplete: boolean, items: LogItem[]): Promise<void> {
    for (;;) {
      if (!this.#hasRecord && !this.#findBuffered() && !(await this.#findRecord(isComplete))) return;
      this.#hasRecord = true;
      const arrivalUs = this.#arrivalUs();
      if (arrivalUs > untilUs) return;
      this.#hasRecord = false;
      const start = this.#position - this.#bufferPosition;
      this.#position = this.#bufferPosition + this.#end;
      if (arrivalUs < fromUs) continue;
      this.#isBufferLent = true;
      items.push({ type: 'record', epoch: this.#epoch, track: this.#header!, record: recordAt(this.#buffer, start, this.#end) });
    }
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = null;
  }

  #arrivalUs(): number {
    return recordArrivalUs(this.#buffer, this.#position - this.#bufferPosition);
  }

  /** True when a whole good record stands at `#position` in the buffer; `#end` is then the buffer offset behind it. */
  #findBuffered(): boolean {
    if (this.#header === null) return false;
    this.#end = checkRecord(this.#buffer, this.#position - this.#bufferPosition, this.#bufferedBytes);
    return this.#end > 0;
  }

  /** Reads on until a record is found; false at the present end. What fails its check at the end may still be in the middle of its write. */
  async #findRecord(isComplete: boolean): Promise<boolean> {
    if (this.#isAtEnd) return false;
    for (;;) {
      this.#isAtEnd = true;
      if (this.#handle === null && !(await this.#openSegment(isComplete))) return false;
      this.#isAtEnd = false;
      if (await this.#readOn()) return true;
      // Asked before the last look at the old segment: the writer starts a segment only after the one before is whole.
      const next = await this.#segmentAfter(this.#segment, isComplete);
      this.#isAtEnd = next === null;
      if (next === null && !isComplete) return false;
      if (await this.#readOn()) {
        this.#isAtEnd = false;
        return true;
      }
      if (next === null) return false;
      const handle = await openIfThere(this.#path(next));
      await this.#handle?.close();
      this.#handle = handle;
      this.#segment = next;
      this.#header = null;
      this.#position = 0;
    }
  }

  /** Reads from `#position` on, more and more until a record (or the header) is whole; false when the file gives no more. */
  async #readOn(): Promise<boolean> {
    for (;;) {
      const sizeBytes = await this.#fill();
      if (this.#header === null && !this.#takeHeader()) {
        if (sizeBytes < this.#buffer.length || !this.#grow()) return false;
        continue;
      }
      if (this.#findBuffered()) return true;
      const isDamaged = this.#end === -2;
      const hasMore = sizeBytes === this.#buffer.length;
      if (isDamaged || !hasMore) return false;
      // The buffer was full: either the record starts late in it (read again from there) or it is larger than the buffer.
      if (this.#position === this.#bufferPosition && !this.#grow()) return false;
    }
  }

  #takeHeader(): boolean {
    const decoded = decodeSegmentHeader(this.#buffer.subarray(0, this.#bufferedBytes));
    if (typeof decoded === 'string') return false;
    this.#header = decoded.header;
    this.#position = decoded.sizeBytes;
    return true;
  }

  async #fill(): Promise<number> {
    if (this.#isBufferLent) this.#swapBuffer();
    const { bytesRead } = await this.#handle!.read(this.#buffer, 0, this.#buffer.length, this.#position);
    this.#bufferPosition = this.#position;
    this.#bufferedBytes = bytesRead;
    return bytesRead;
  }

  /** Puts a buffer in place that nobody looks at; a third one in a batch means that larger pieces are to be read. */
  #swapBuffer(): void {
    const lent = this.#buffer;
    const canUseSpare = this.#spare !== null && !this.#isSpareLent;
    this.#buffer = canUseSpare ? this.#spare! : new Uint8Array(Math.min(MAX_READ_BYTES, lent.length * 2));
    this.#spare = lent;
    this.#isSpareLent = true;
    this.#isBufferLent = false;
  }

  #grow(): boolean {
    if (this.#buffer.length >= MAX_READ_BYTES) return false;
    this.#buffer = new Uint8Array(this.#buffer.length * 2);
    return true;
  }

  async #openSegment(isComplete: boolean): Promise<boolean> {
    this.#handle = await openIfThere(this.#path(this.#segment));
    this.#position = 0;
    if (this.#handle !== null || !isComplete) return this.#handle !== null;
    const next = await this.#segmentAfter(this.#segment, true);
    if (next === null) return false;
    this.#segment = next;
    this.#handle = await openIfThere(this.#path(next));
    return this.#handle !== null;
  }

  /** The next segment there is; null: none (yet). Of a complete log one may be missing: what is behind it counts. */
  async #segmentAfter(segment: number, isComplete: boolean): Promise<number | null> {
    if (existsSync(this.#path(segment + 1))) return segment + 1;
    return isComplete ? ((await listSegments(this.#folder)).find((number) => number > segment) ?? null) : null;
  }

  #path(segment: number): string {
    return `${this.#folder}/${String(segment).padStart(6, '0')}.rtplog`;
  }
}
