import type { LogFile } from './file-layer.ts';

/** One write: bytes that go behind what the file holds. */
interface WriteJob {
  readonly file: AppendedFile;
  readonly bytes: Uint8Array;
  readonly onDone: (hasBeenWritten: boolean) => void;
}

/** A file that only grows, and how far it is known to be good. */
export interface AppendedFile {
  /** Opens on first use; called again after a failure. */
  open(): Promise<LogFile>;
  /** Bytes that are completely written. */
  sizeBytes: number;
  isDirty: boolean;
  /** A write was given up: what would come behind it is given up too (it may lack the header). */
  isGivenUp: boolean;
}

/** How long a failed write waits for its next try. */
const RETRY_MS = 200;

/**
 * Writes one after the other, each until it is whole: a write that fails or goes in by half is tried again at the same position every 200 ms,
 * so a full disk never leaves a torn record in front of a good one.
 */
export class WriteQueue {
  readonly #jobs: WriteJob[] = [];
  readonly #waiters: { readonly target: number; readonly resolve: () => void }[] = [];
  readonly #onError: (error: unknown) => void;
  #enqueued = 0;
  #finished = 0;
  #isRunning = false;
  #isAbandoned = false;
  #wake: (() => void) | null = null;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  get isIdle(): boolean {
    return !this.#isRunning;
  }

  /** True when nothing waits behind the write in work. */
  get isEmpty(): boolean {
    return this.#jobs.length === 0;
  }

  push(file: AppendedFile, bytes: Uint8Array, onDone: (hasBeenWritten: boolean) => void): void {
    this.#jobs.push({ file, bytes, onDone });
    this.#enqueued++;
    if (!this.#isRunning) void this.#run();
  }

  /** Resolves when everything pushed so far is written or given up. */
  drain(): Promise<void> {
    if (this.#finished === this.#enqueued) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ target: this.#enqueued, resolve }));
  }

  /** Gives up what cannot be written now: each waiting write gets one more try. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#wake?.();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let job = this.#jobs[0]; job !== undefined; job = this.#jobs[0]) {
      const hasBeenWritten = await this.#writeWhole(job);
      this.#jobs.shift();
      this.#finished++;
      job.onDone(hasBeenWritten);
      while (this.#waiters.length > 0 && this.#waiters[0]!.target <= this.#finished) this.#waiters.shift()!.resolve();
    }
    this.#isRunning = false;
  }

  async #writeWhole({ file, bytes }: WriteJob): Promise<boolean> {
    let written = 0;
    while (!file.isGivenUp) {
      try {
        const opened = await file.open();
        while (written < bytes.length) {
          const count = await opened.write(written === 0 ? bytes : bytes.subarray(written), file.sizeBytes + written);
          if (count === 0) throw new Error('A write took no bytes.');
          written += count;
        }
        file.sizeBytes += bytes.length;
        file.isDirty = true;
        return true;
      } catch (error) {
        this.#onError(error);
        file.isGivenUp = this.#isAbandoned;
        if (!file.isGivenUp) await this.#pause();
      }
    }
    return false;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, RETRY_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
