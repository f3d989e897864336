/** Reads bits, most significant first. Past the end it gives zeros: headers of broken streams never throw. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #bit = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  bit(): number {
    const byte = this.#bytes[this.#bit >> 3] ?? 0;
    const value = (byte >> (7 - (this.#bit & 7))) & 1;
    this.#bit++;
    return value;
  }
  /** Up to 32 bits. */
  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + this.bit();
    return value;
  }
  skip(count: number): void {
    this.#bit += count;
  }
  /** Unsigned Exp-Golomb. @see ITU-T H.264 §9.1 */
  ue(): number {
    let zeros = 0;
    while (zeros < 32 && this.bit() === 0) zeros++;
    return zeros >= 32 ? 0 : 2 ** zeros - 1 + this.bits(zeros);
  }
}
