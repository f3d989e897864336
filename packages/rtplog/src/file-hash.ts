import { createHash } from 'node:crypto';

/** Where a file's hash is marked on the way: after every 16 KiB, or after every line. */
export type MarkedBy = 'block' | 'line';

/** Distance of two marks of a segment, bytes. */
export const MARK_BYTES = 16 * 1024;
/** Hexadecimal digits of one mark: enough to find a place; the whole hash proves. */
export const MARK_DIGITS = 8;
const LINE_END = 0x0a;

/** What is known of a file: its SHA-256 (hexadecimal) and, one behind the other, the first digits of the hash as it stood at each mark. */
export interface HashedFile {
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly marks: string;
}

/** Returns what marks a file: texts have lines, segments have blocks. */
export function markedBy(path: string): MarkedBy {
  return path.endsWith('.rtplog') ? 'block' : 'line';
}

/** SHA-256 of a file that grows, with a mark at every block or line: two versions of a file agree up to the first mark that differs. */
export class FileHash {
  readonly #by: MarkedBy;
  readonly #hash = createHash('sha256');
  #sizeBytes = 0;
  #marks = '';

  constructor(by: MarkedBy) {
    this.#by = by;
  }

  /** Takes the next bytes of the file. */
  update(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const end = this.#nextMark(bytes, at);
      this.#hash.update(bytes.subarray(at, end));
      this.#sizeBytes += end - at;
      at = end;
      const isMarked = this.#by === 'block' ? this.#sizeBytes % MARK_BYTES === 0 : bytes[end - 1] === LINE_END;
      if (isMarked) this.#marks += this.#hash.copy().digest('hex').slice(0, MARK_DIGITS);
    }
  }

  /** The result; nothing may be added afterwards. */
  finish(): HashedFile {
    return { sizeBytes: this.#sizeBytes, sha256: this.#hash.digest('hex'), marks: this.#marks };
  }

  #nextMark(bytes: Uint8Array, from: number): number {
    if (this.#by === 'block') return Math.min(bytes.length, from + MARK_BYTES - (this.#sizeBytes % MARK_BYTES));
    const lineEnd = bytes.indexOf(LINE_END, from);
    return lineEnd < 0 ? bytes.length : lineEnd + 1;
  }
}
