import type { FileLayer } from './file-layer.ts';
import { SegmentFile } from './segment-file.ts';
import type { SessionEvent } from './types.ts';
import { WriteQueue } from './write-queue.ts';

/** Beyond this many waiting bytes (a disk that has been stuck for long) events are dropped like packets. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
const encoder = new TextEncoder();

/** Appends events to session.jsonl, one line each, in the order they are given. */
export class SessionWriter {
  readonly file: SegmentFile;
  readonly #queue: WriteQueue;
  readonly #onDropped: () => void;
  #lines = '';
  #waitingBytes = 0;

  constructor(folder: string, files: FileLayer, onError: (error: unknown) => void, onDropped: () => void) {
    this.file = new SegmentFile(folder, 'session.jsonl', files);
    this.#queue = new WriteQueue(onError);
    this.#onDropped = onDropped;
  }

  append(event: SessionEvent): void {
    if (this.#waitingBytes > MAX_WAITING_BYTES) return this.#onDropped();
    const line = `${JSON.stringify(event)}\n`;
    this.#lines += line;
    this.#waitingBytes += line.length;
  }

  flush(): void {
    if (this.#lines === '') return;
    const bytes = encoder.encode(this.#lines);
    const waitingBytes = this.#lines.length;
    this.#lines = '';
    this.#queue.push(this.file, bytes, (hasBeenWritten) => {
      if (hasBeenWritten) this.file.hash(bytes);
      this.#waitingBytes -= waitingBytes;
    });
  }

  flushIfIdle(): void {
    if (this.#queue.isIdle) this.flush();
  }

  drain(): Promise<void> {
    this.flush();
    return this.#queue.drain();
  }

  abandon(): void {
    this.#queue.abandon();
  }
}
