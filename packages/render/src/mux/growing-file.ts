import { closeSync, fdatasync, fdatasyncSync, ftruncateSync, openSync, readSync, renameSync, statSync, writeSync } from 'node:fs';

/** More than any head of ours takes, reserve aside. */
const tornHeadBytes = 64 * 1024;

/** A file under construction: synchronous writes at any place, data on the platter about once a second without waiting for it. */
export class GrowingFile {
  readonly path: string;
  #fd: number;
  #syncedAtMs = 0;
  #isSyncing = false;
  #isClosed = false;

  /** Opens for reading and writing; creates the file when it is not there, never empties it. */
  constructor(path: string) {
    this.path = path;
    this.#fd = openSync(path, 'a+', 0o644);
    closeSync(this.#fd);
    this.#fd = openSync(path, 'r+');
  }

  /** Of the file that stands at `path` now: another one may have been renamed there. */
  get sizeBytes(): number {
    return statSync(this.path).size;
  }

  write(at: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) done += writeSync(this.#fd, bytes, done, bytes.length - done, at + done);
  }

  /** Up to `length` bytes from `at` (fewer at the end of the file). @param into Holds them; a fresh buffer when left out. */
  read(at: number, length: number, into = new Uint8Array(length)): Uint8Array {
    const bytes = into.subarray(0, length);
    let done = 0;
    while (done < length) {
      const count = readSync(this.#fd, bytes, done, length - done, at + done);
      if (count === 0) break;
      done += count;
    }
    return bytes.subarray(0, done);
  }

  truncate(sizeBytes: number): void {
    ftruncateSync(this.#fd, sizeBytes);
  }

  /** Begins with nothing. What an unknown writer left there is kept as `<path>.unreadable`; a head that was torn while it was first written is not. */
  startAnew(): void {
    if (this.sizeBytes <= tornHeadBytes) {
      this.truncate(0);
      return;
    }
    closeSync(this.#fd);
    renameSync(this.path, `${this.path}.unreadable`);
    this.#fd = openSync(this.path, 'w+');
  }

  /** Returns when the data is on the platter. */
  sync(): void {
    fdatasyncSync(this.#fd);
    this.#syncedAtMs = performance.now();
  }

  /** Starts a flush unless the last one is younger than a second or still under way. */
  syncSoon(): void {
    if (this.#isSyncing || performance.now() - this.#syncedAtMs < 1000) return;
    this.#isSyncing = true;
    this.#syncedAtMs = performance.now();
    fdatasync(this.#fd, () => {
      this.#isSyncing = false;
      if (this.#isClosed) closeSync(this.#fd);
    });
  }

  /** Idempotent; a flush under way ends first. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (!this.#isSyncing) closeSync(this.#fd);
  }
}
