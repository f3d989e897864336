const encoder = new TextEncoder();

/** Appends big-endian numbers and bytes to a growing buffer. {@link ByteWriter.toBytes} gives a view: valid until the next write. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(initialBytes = 1024) {
    this.#bytes = new Uint8Array(initialBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  #take(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }

  u8(value: number): this {
    const at = this.#take(1);
    this.#bytes[at] = value;
    return this;
  }
  u16(value: number): this {
    const at = this.#take(2);
    this.#view.setUint16(at, value);
    return this;
  }
  u24(value: number): this {
    return this.u8(value >>> 16).u16(value & 0xffff);
  }
  u32(value: number): this {
    const at = this.#take(4);
    this.#view.setUint32(at, value >>> 0);
    return this;
  }
  i32(value: number): this {
    const at = this.#take(4);
    this.#view.setInt32(at, value);
    return this;
  }
  /** Safe integers only, negative ones in two's complement. */
  u64(value: number): this {
    const at = this.#take(8);
    this.#view.setBigInt64(at, BigInt(value));
    return this;
  }
  f64(value: number): this {
    const at = this.#take(8);
    this.#view.setFloat64(at, value);
    return this;
  }
  bytes(value: Uint8Array | readonly number[]): this {
    const at = this.#take(value.length);
    this.#bytes.set(value, at);
    return this;
  }
  text(value: string): this {
    return this.bytes(encoder.encode(value));
  }
  zeros(count: number): this {
    this.#take(count);
    return this;
  }
  /** Overwrites four bytes written before. */
  patchU32(at: number, value: number): void {
    this.#view.setUint32(at, value >>> 0);
  }

  toBytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}
