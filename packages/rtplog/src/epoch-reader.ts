import { listSegments, listTracks } from './log-folders.ts';
import { checkRecord, decodeSegmentHeader, recordArrivalUs } from './segment-format.ts';
import { openIfThere, SessionCursor } from './session-cursor.ts';
import { TrackCursor } from './track-cursor.ts';
import type { LogBatch, LogItem, SessionEvent } from './types.ts';

/** No batch spans more than this of the arrival clock, so that memory does not depend on how the log was written. */
const WINDOW_US = 1_000_000;
const HEAD_BYTES = 64 * 1024;

/** Merges one epoch's tracks and events, window by window. */
export class EpochReader {
  readonly #dir: string;
  readonly #epoch: number;
  readonly #fromUs: number;
  readonly #session: SessionCursor;
  readonly #tracks = new Map<string, TrackCursor>();
  #events: SessionEvent[] = [];
  #newestEventUs = 0;
  #hasReadAllEvents = false;
  #watermarkUs = 0;

  /** @param fromUs Records (not events) that arrived before are left out. */
  constructor(dir: string, epoch: number, fromUs: number) {
    this.#dir = dir;
    this.#epoch = epoch;
    this.#fromUs = fromUs;
    this.#session = new SessionCursor(`${dir}/session.jsonl`);
  }

  get watermarkUs(): number {
    return this.#watermarkUs;
  }

  /** Everything up to the newest `clock` event that is in the file; nothing when there is no newer one than last time. */
  async *readToWatermark(): AsyncGenerator<LogBatch> {
    for (let untilUs = await this.#nextWatermark(); untilUs !== null; untilUs = await this.#nextWatermark()) {
      yield* this.#readWindows(untilUs, false);
      this.#watermarkUs = Math.max(this.#watermarkUs, untilUs);
    }
  }

  /** Everything to the end of a log that nobody writes any more. */
  readToEnd(): AsyncGenerator<LogBatch> {
    return this.#readWindows(Number.POSITIVE_INFINITY, true);
  }

  async close(): Promise<void> {
    await this.#session.close();
    for (const track of this.#tracks.values()) await track.close();
  }

  async *#readWindows(untilUs: number, isComplete: boolean): AsyncGenerator<LogBatch> {
    await this.#findTracks();
    for (const track of this.#tracks.values()) track.refresh();
    for (;;) {
      const headUs = await this.#headUs(isComplete);
      if (headUs === null || headUs > untilUs) return;
      const endUs = Math.min(untilUs, headUs + WINDOW_US);
      if (isComplete) await this.#readEventsUntil(endUs);
      const items: LogItem[] = [];
      this.#takeEvents(endUs, items);
      for (const track of this.#tracks.values()) {
        track.startBatch();
        await track.takeUntil(endUs, this.#fromUs, isComplete, items);
      }
      // Each track's items are in order already: the sort merges runs.
      items.sort((a, b) => itemUs(a) - itemUs(b));
      const lastUs = items.length === 0 ? 0 : itemUs(items.at(-1)!);
      this.#watermarkUs = Math.max(this.#watermarkUs, isComplete ? lastUs : endUs);
      if (items.length > 0) yield { items, watermarkUs: this.#watermarkUs, hasEnded: false };
    }
  }

  async #headUs(isComplete: boolean): Promise<number | null> {
    if (this.#events.length === 0) await this.#readEventsUntil(this.#newestEventUs);
    let headUs = this.#events[0]?.us ?? null;
    for (const track of this.#tracks.values()) {
      const us = await track.peekUs(isComplete);
      if (us !== null && (headUs === null || us < headUs)) headUs = us;
    }
    return headUs;
  }

  /** Reads events until there is one later than `us`, or no more. */
  async #readEventsUntil(us: number): Promise<void> {
    this.#hasReadAllEvents = false;
    while (this.#newestEventUs <= us && !this.#hasReadAllEvents) await this.#readEvents();
  }

  async #readEvents(): Promise<readonly SessionEvent[]> {
    const events = await this.#session.readSome();
    this.#hasReadAllEvents = events === null;
    if (events === null) return [];
    for (const event of events) this.#newestEventUs = Math.max(this.#newestEventUs, event.us);
    this.#events.push(...events);
    this.#events.sort((a, b) => a.us - b.us);
    return events;
  }

  async #nextWatermark(): Promise<number | null> {
    let untilUs = newestClock(this.#events);
    while (untilUs <= this.#watermarkUs) {
      untilUs = newestClock(await this.#readEvents());
      if (this.#hasReadAllEvents) return null;
    }
    return untilUs;
  }

  #takeEvents(untilUs: number, items: LogItem[]): void {
    const count = this.#events.findIndex((event) => event.us > untilUs);
    const taken = this.#events.splice(0, count === -1 ? this.#events.length : count);
    for (const event of taken) items.push({ type: 'event', epoch: this.#epoch, event });
  }

  async #findTracks(): Promise<void> {
    for (const trackSid of await listTracks(this.#dir)) {
      if (this.#tracks.has(trackSid)) continue;
      const folder = `${this.#dir}/tracks/${trackSid}`;
      const segment = this.#fromUs > 0 ? await segmentAt(folder, this.#fromUs) : 1;
      this.#tracks.set(trackSid, new TrackCursor(folder, this.#epoch, segment));
    }
  }
}

function itemUs(item: LogItem): number {
  return item.type === 'event' ? item.event.us : item.record.arrivalUs;
}

function newestClock(events: readonly SessionEvent[]): number {
  return events.findLast((event) => event.type === 'clock')?.us ?? 0;
}

/** Returns the number of the last segment whose first record is not later than `us` (1 when there is none). */
async function segmentAt(folder: string, us: number): Promise<number> {
  const segments = await listSegments(folder);
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const firstUs = await firstArrivalUs(`${folder}/${String(segments[middle]).padStart(6, '0')}.rtplog`);
    if (firstUs !== null && firstUs <= us) low = middle;
    else high = middle - 1;
  }
  return segments[low] ?? 1;
}

/** Returns the arrival of a segment's first record, or null when it has none (yet). */
async function firstArrivalUs(path: string): Promise<number | null> {
  const handle = await openIfThere(path);
  if (handle === null) return null;
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const decoded = decodeSegmentHeader(buffer.subarray(0, bytesRead));
    if (typeof decoded === 'string' || checkRecord(buffer, decoded.sizeBytes, bytesRead) < 0) return null;
    return recordArrivalUs(buffer, decoded.sizeBytes);
  } finally {
    await handle.close();
  }
}
