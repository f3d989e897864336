/** Reads bits most significant first. Past the end it returns zeros and `isExhausted` turns true: check it once, after reading. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isExhausted(): boolean {
    return this.#position > this.#bytes.length * 8;
  }

  bit(): number {
    const byte = this.#bytes[this.#position >> 3] ?? 0;
    return (byte >> (7 - (this.#position++ & 7))) & 1;
  }

  flag(): boolean {
    return this.bit() === 1;
  }

  /** Unsigned number of up to 32 bits. */
  bits(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index++) value = value * 2 + this.bit();
    return value;
  }

  skip(count: number): void {
    this.#position += count;
  }

  /** ue(v) of H.264 §9.1; more than 32 leading zeros (garbage) read as 0 and exhaust the reader. */
  exponentialGolomb(): number {
    let zeros = 0;
    while (this.bit() === 0) {
      if (++zeros > 32) {
        this.#position = this.#bytes.length * 8 + 1;
        return 0;
      }
    }
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v) of H.264 §9.1.1. */
  signedExponentialGolomb(): number {
    const value = this.exponentialGolomb();
    return value % 2 === 1 ? (value + 1) / 2 : -value / 2;
  }
}
