import type { Block, BlockPool } from './block-pool.ts';
import type { FileLayer } from './file-layer.ts';
import { encodeRecord, encodeSegmentHeader, RECORD_OVERHEAD_BYTES } from './segment-format.ts';
import { SegmentFile } from './segment-file.ts';
import type { RecordKind, TrackAppender, TrackHeader } from './types.ts';
import { WriteQueue } from './write-queue.ts';

/** What a track needs of its log. */
export interface TrackWriterContext {
  readonly folder: string;
  readonly files: FileLayer;
  readonly pool: BlockPool;
  readonly segmentMaxBytes: number;
  readonly segmentMaxUs: number;
  readonly onWritten: (sizeBytes: number, recordCount: number) => void;
  readonly onDropped: (recordCount: number) => void;
  /** A run of dropped packets is over and a gap record has been written. */
  readonly onGap: (trackSid: string, arrivalUs: number, droppedPackets: number, reason: string) => void;
  readonly onError: (error: unknown) => void;
  /** The last write failed for want of space. */
  readonly isDiskFull: () => boolean;
  readonly onSegmentClosed: (file: SegmentFile) => void;
  /** The track's first record waits for the disk. */
  readonly onBegun: () => void;
}

interface OpenSegment {
  readonly file: SegmentFile;
  /** Bytes written or waiting. */
  sizeBytes: number;
  readonly firstArrivalUs: number;
}

/** Appends one track's records to its segments. The packet path copies and counts; files are touched by the queue alone. */
export class TrackWriter implements TrackAppender {
  readonly #context: TrackWriterContext;
  readonly #queue: WriteQueue;
  #header: TrackHeader;
  #segmentNumber = 0;
  #segment: OpenSegment | null = null;
  #block: Block | null = null;
  /** Callers of `drain` who wait for the batch that is still being filled. */
  #blockWaiters: (() => void)[] = [];
  #droppedPackets = 0;
  #isDiskFull = false;
  #lastArrivalUs = 0;
  #isClosed = false;

  constructor(header: TrackHeader, context: TrackWriterContext) {
    this.#header = header;
    this.#context = context;
    this.#queue = new WriteQueue(context.onError);
  }

  /** Arrival of the newest record, dropped ones too. */
  get lastArrivalUs(): number {
    return this.#lastArrivalUs;
  }

  /** Uses another header from the next record on: a new segment starts when it differs. */
  updateHeader(header: TrackHeader): void {
    if (JSON.stringify(header.formats) === JSON.stringify(this.#header.formats)) return;
    this.#header = header;
    this.#closeSegment();
  }

  append(kind: RecordKind, arrivalUs: number, bytes: Uint8Array): void {
    if (this.#isClosed || (this.#droppedPackets > 0 && !this.#endGap(arrivalUs)) || !this.#put(kind, arrivalUs, bytes)) {
      this.#droppedPackets++;
      this.#isDiskFull ||= this.#context.isDiskFull();
      this.#context.onDropped(1);
    }
    this.#lastArrivalUs = arrivalUs;
  }

  /** Hands the batch to the disk unless the disk is still busy with this track and the batch has room. */
  flushIfIdle(): void {
    if (!this.#queue.isIdle) return;
    this.nameLosses();
    this.#flushBlock();
  }

  /** Writes the gap record of a run of losses as soon as there is room, also when the track has nothing more to say. */
  nameLosses(): void {
    if (this.#droppedPackets > 0 && !this.#isClosed) this.#endGap(this.#lastArrivalUs);
  }

  /** Resolves when everything appended so far is in the file. */
  drain(): Promise<void> {
    if (this.#block === null || this.#queue.isIdle) {
      this.#flushBlock();
      return this.#queue.drain();
    }
    // The batch goes out behind the write in work, so that many calls do not make many small batches.
    return new Promise((resolve) => this.#blockWaiters.push(resolve));
  }

  async datasync(): Promise<void> {
    await this.#segment?.file.datasync();
  }

  /** Ends the last segment; later appends are dropped. */
  async close(): Promise<void> {
    this.nameLosses();
    this.#isClosed = true;
    this.#closeSegment();
    await this.#queue.drain();
  }

  abandon(): void {
    this.#queue.abandon();
  }

  #put(kind: RecordKind, arrivalUs: number, bytes: Uint8Array): boolean {
    const sizeBytes = bytes.length + RECORD_OVERHEAD_BYTES;
    const segment = this.#segment;
    if (segment !== null) {
      const isFull = segment.sizeBytes + sizeBytes > this.#context.segmentMaxBytes;
      if (isFull || arrivalUs - segment.firstArrivalUs >= this.#context.segmentMaxUs) this.#closeSegment();
    }
    if (this.#block !== null && this.#block.length + sizeBytes > this.#block.bytes.length) this.#flushBlock();
    this.#block ??= this.#context.pool.acquire(sizeBytes);
    const block = this.#block;
    if (block === null) return false;
    const open = (this.#segment ??= this.#openSegment(arrivalUs));
    open.sizeBytes += sizeBytes;
    block.length = encodeRecord(block.bytes, block.length, kind, arrivalUs, bytes);
    block.recordCount++;
    return true;
  }

  #endGap(arrivalUs: number): boolean {
    // While the disk hangs this is asked for every packet: nothing is allocated before there is room.
    if (this.#block === null && this.#context.pool.isExhausted) return false;
    const droppedPackets = this.#droppedPackets;
    const reason = this.#isDiskFull ? 'disk-full' : 'slow-disk';
    const json = new TextEncoder().encode(JSON.stringify({ droppedPackets, reason }));
    if (!this.#put('gap', arrivalUs, json)) return false;
    this.#droppedPackets = 0;
    this.#isDiskFull = false;
    this.#context.onGap(this.#header.trackSid, arrivalUs, droppedPackets, reason);
    return true;
  }

  #openSegment(firstArrivalUs: number): OpenSegment {
    const { folder, files } = this.#context;
    const trackFolder = `tracks/${this.#header.trackSid}`;
    if (this.#segmentNumber++ === 0) this.#context.onBegun();
    const file = new SegmentFile(folder, `${trackFolder}/${String(this.#segmentNumber).padStart(6, '0')}.rtplog`, files);
    const bytes = encodeSegmentHeader({ ...this.#header, segment: this.#segmentNumber });
    this.#queue.push(file, bytes, (hasBeenWritten) => this.#written(file, bytes, 0, hasBeenWritten));
    return { file, sizeBytes: bytes.length, firstArrivalUs };
  }

  #closeSegment(): void {
    this.#flushBlock();
    const segment = this.#segment;
    if (segment === null) return;
    this.#segment = null;
    this.#queue.push(segment.file, new Uint8Array(0), () => this.#context.onSegmentClosed(segment.file));
  }

  #flushBlock(): void {
    const block = this.#block;
    if (block === null || this.#segment === null) return;
    this.#block = null;
    const { file } = this.#segment;
    const bytes = block.bytes.subarray(0, block.length);
    const waiters = this.#blockWaiters;
    this.#blockWaiters = [];
    this.#queue.push(file, bytes, (hasBeenWritten) => {
      this.#written(file, bytes, block.recordCount, hasBeenWritten);
      this.#context.pool.release(block);
      for (const resolve of waiters) resolve();
      if (this.#blockWaiters.length > 0 && this.#queue.isEmpty) this.#flushBlock();
    });
  }

  #written(file: SegmentFile, bytes: Uint8Array, recordCount: number, hasBeenWritten: boolean): void {
    if (hasBeenWritten) {
      file.hash(bytes);
      this.#context.onWritten(bytes.length, recordCount);
    } else if (recordCount > 0) {
      this.#context.onDropped(recordCount);
    }
    if (recordCount === 0 && this.#blockWaiters.length > 0 && this.#queue.isEmpty) this.#flushBlock();
  }
}
