const WINDOW = 4096;
const MAX_PENDING = 256;
/** µs after the loss was seen at which a packet is asked for; the server answers the same number at most every 100 ms. */
const ASK_AT_US = [0, 120_000, 320_000, 620_000];
const GIVE_UP_US = 1_000_000;

interface Missing {
  readonly sinceUs: number;
  asked: number;
}

/**
 * Which sequence numbers of one SSRC have come, which are missing and when to ask for them. Nothing is allocated while packets come in order.
 * The pending list is bounded: a hole of more than 256 packets is given up at once.
 *
 * @see RFC 4585 §6.2.1 (what the answers of {@link takeDue} go into)
 */
export class MissingPackets {
  readonly #received = new Uint32Array(WINDOW / 32);
  readonly #pending = new Map<number, Missing>();
  #highest = -1;
  #abandoned = 0;

  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Counts a packet. False: it came before (a duplicate). */
  observe(sequenceNumber: number, nowUs: number): boolean {
    if (this.#highest < 0) this.#highest = (sequenceNumber - 1) & 0xffff;
    const ahead = ((sequenceNumber - this.#highest) << 16) >> 16;
    if (ahead > 0) {
      this.#advance(ahead, nowUs);
      this.#mark(sequenceNumber);
      return true;
    }
    if (ahead <= -WINDOW) return true; // too old to tell
    if (this.#isMarked(sequenceNumber)) return false;
    this.#mark(sequenceNumber);
    this.#pending.delete(sequenceNumber);
    return true;
  }

  /** Numbers to ask for now, in sending order. */
  takeDue(nowUs: number): number[] {
    const due: number[] = [];
    for (const [sequenceNumber, missing] of this.#pending) {
      const age = nowUs - missing.sinceUs;
      if (age > GIVE_UP_US) {
        this.#pending.delete(sequenceNumber);
        this.#abandoned++;
      } else if (age >= (ASK_AT_US[missing.asked] ?? Infinity)) {
        missing.asked++;
        due.push(sequenceNumber);
      }
    }
    return due;
  }

  /** Packets given up since the last call. */
  takeAbandoned(): number {
    const count = this.#abandoned;
    this.#abandoned = 0;
    return count;
  }

  #advance(ahead: number, nowUs: number): void {
    for (let step = 1; step <= Math.min(ahead, WINDOW); step++) this.#unmark((this.#highest + step) & 0xffff);
    if (ahead - 1 > MAX_PENDING) {
      this.#abandoned += ahead - 1;
    } else {
      for (let step = 1; step < ahead; step++) this.#expect((this.#highest + step) & 0xffff, nowUs);
    }
    this.#highest = (this.#highest + ahead) & 0xffff;
  }

  #expect(sequenceNumber: number, sinceUs: number): void {
    if (this.#pending.size >= MAX_PENDING) {
      const oldest = this.#pending.keys().next().value;
      if (oldest !== undefined) this.#pending.delete(oldest);
      this.#abandoned++;
    }
    this.#pending.set(sequenceNumber, { sinceUs, asked: 0 });
  }

  #mark(sequenceNumber: number): void {
    const bit = sequenceNumber & (WINDOW - 1);
    this.#received[bit >> 5]! |= 1 << (bit & 31);
  }

  #unmark(sequenceNumber: number): void {
    const bit = sequenceNumber & (WINDOW - 1);
    this.#received[bit >> 5]! &= ~(1 << (bit & 31));
  }

  #isMarked(sequenceNumber: number): boolean {
    const bit = sequenceNumber & (WINDOW - 1);
    return ((this.#received[bit >> 5]! >>> (bit & 31)) & 1) === 1;
  }
}
