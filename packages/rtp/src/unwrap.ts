/**
 * Turns u16 sequence numbers into numbers that never wrap. The first one stays as it is; each later one is the value nearest to the
 * highest seen so far, so reordering of up to 32,767 packets is told apart from a wrap. A packet older than a first one near 0 comes
 * out negative.
 * @see RFC 3550 Appendix A.1
 */
export class SequenceUnwrapper {
  #highest: number | null = null;

  unwrap(sequenceNumber: number): number {
    if (this.#highest === null) return (this.#highest = sequenceNumber);
    const delta = ((sequenceNumber - this.#highest) << 16) >> 16;
    const unwrapped = this.#highest + delta;
    if (delta > 0) this.#highest = unwrapped;
    return unwrapped;
  }

  /** Forgets everything: the next number stays as it is. */
  reset(): void {
    this.#highest = null;
  }
}

/**
 * Turns u32 RTP timestamps into ticks that never wrap; the same rule as {@link SequenceUnwrapper} with 2^31 as the bound.
 * @see RFC 3550 §5.1
 */
export class TimestampUnwrapper {
  #highest: number | null = null;

  unwrap(timestamp: number): number {
    if (this.#highest === null) return (this.#highest = timestamp);
    // Int32 of the difference modulo 2^32: `|0` does the modulo for any safe integer.
    const delta = (timestamp - this.#highest) | 0;
    const unwrapped = this.#highest + delta;
    if (delta > 0) this.#highest = unwrapped;
    return unwrapped;
  }

  /** Forgets everything: the next timestamp stays as it is. */
  reset(): void {
    this.#highest = null;
  }
}
