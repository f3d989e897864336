import { FileHash, markedBy } from './file-hash.ts';
import type { FileLayer, LogFile } from './file-layer.ts';
import type { AppendedFile } from './write-queue.ts';

/** A finished file as the seal lists it. */
export interface ClosedFile {
  /** Relative to the log's folder, `/` between names. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Digits of the hash at each block or line: where a changed file begins to differ. */
  readonly marks: string;
}

/** One growing file of a log; its SHA-256 is computed while it is written. */
export class SegmentFile implements AppendedFile {
  readonly path: string;
  sizeBytes = 0;
  isDirty = false;
  isGivenUp = false;
  readonly #absolutePath: string;
  readonly #files: FileLayer;
  readonly #hash: FileHash;
  #file: LogFile | null = null;
  #opening: Promise<LogFile> | null = null;

  constructor(folder: string, path: string, files: FileLayer) {
    this.path = path;
    this.#absolutePath = `${folder}/${path}`;
    this.#files = files;
    this.#hash = new FileHash(markedBy(path));
  }

  open(): Promise<LogFile> {
    this.#opening ??= this.#files.open(this.#absolutePath).then(
      (file) => (this.#file = file),
      (error: unknown) => {
        this.#opening = null;
        throw error;
      },
    );
    return this.#opening;
  }

  /** Counts bytes that have been written into the hash. */
  hash(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  async datasync(): Promise<void> {
    if (!this.isDirty || this.#file === null) return;
    this.isDirty = false;
    await this.#file.datasync();
  }

  /** Cuts off a half-written tail, syncs and closes. Safe to call once nothing is written any more. */
  async close(): Promise<ClosedFile> {
    const file = this.#file;
    if (file !== null) {
      this.#file = null;
      try {
        await file.truncate(this.sizeBytes);
        await file.datasync();
      } finally {
        await file.close();
      }
    }
    const { sha256, marks } = this.#hash.finish();
    return { path: this.path, sizeBytes: this.sizeBytes, sha256, marks };
  }
}
