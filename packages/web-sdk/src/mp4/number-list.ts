/** Unsigned 32-bit numbers, appended one by one at four bytes each. */
export class NumberList {
  #values = new Uint32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Uint32Array(this.#values.length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length++] = value;
  }

  at(index: number): number {
    return this.#values[index] ?? 0;
  }

  /** All of them, big-endian. */
  bytes(): Uint8Array {
    const view = new DataView(new ArrayBuffer(this.#length * 4));
    for (let i = 0; i < this.#length; i++) view.setUint32(i * 4, this.#values[i] ?? 0);
    return new Uint8Array(view.buffer);
  }
}

/** Numbers in a row as (count, value) pairs: what `stts` and `ctts` hold. */
export class RunList {
  readonly #counts = new NumberList();
  readonly #values = new NumberList();
  #count = 0;
  #value = 0;

  push(value: number): void {
    if (this.#count > 0 && value === this.#value) this.#count++;
    else {
      this.#close();
      this.#value = value;
      this.#count = 1;
    }
  }

  #close(): void {
    if (this.#count === 0) return;
    this.#counts.push(this.#count);
    this.#values.push(this.#value);
    this.#count = 0;
  }

  /** The only value of all, or null when there are several or none. */
  get only(): number | null {
    this.#close();
    return this.#values.length === 1 ? this.#values.at(0) : null;
  }

  /** The number of pairs, then the pairs. Ends the list. */
  bytes(): Uint8Array {
    this.#close();
    const pairs = this.#counts.length;
    const view = new DataView(new ArrayBuffer(4 + pairs * 8));
    view.setUint32(0, pairs);
    for (let i = 0; i < pairs; i++) {
      view.setUint32(4 + i * 8, this.#counts.at(i));
      view.setUint32(8 + i * 8, this.#values.at(i));
    }
    return new Uint8Array(view.buffer);
  }
}
