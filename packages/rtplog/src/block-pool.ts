/** A piece of batch memory. `length` bytes of `bytes` are in use, holding `recordCount` whole records. */
export interface Block {
  readonly bytes: Uint8Array;
  length: number;
  recordCount: number;
}

/** How much one write takes at most, unless a single record is larger. */
const BLOCK_BYTES = 64 * 1024;

/**
 * Lends batch memory and never more than `maxBytes` of it in total; blocks are used again, so a running writer allocates nothing.
 */
export class BlockPool {
  readonly #maxBytes: number;
  readonly #free: Block[] = [];
  #lentBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** True when not even one block of the usual size can be lent. */
  get isExhausted(): boolean {
    return this.#lentBytes + BLOCK_BYTES > this.#maxBytes;
  }

  /** Returns an empty block with room for `sizeBytes`, or null when the limit is reached. */
  acquire(sizeBytes: number): Block | null {
    const capacity = Math.max(BLOCK_BYTES, sizeBytes);
    if (this.#lentBytes + capacity > this.#maxBytes) return null;
    this.#lentBytes += capacity;
    if (capacity > BLOCK_BYTES) return { bytes: new Uint8Array(capacity), length: 0, recordCount: 0 };
    return this.#free.pop() ?? { bytes: new Uint8Array(BLOCK_BYTES), length: 0, recordCount: 0 };
  }

  release(block: Block): void {
    this.#lentBytes -= block.bytes.length;
    block.length = 0;
    block.recordCount = 0;
    if (block.bytes.length === BLOCK_BYTES) this.#free.push(block);
  }
}
