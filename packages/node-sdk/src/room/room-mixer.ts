import { MixInput, type InputKind } from './mix-input.ts';

/** Rate of everything inside a room, as LiveKit has it. */
export const roomRateHz = 48_000;
/** An input without frames is waited for so long, in samples. Then it is silent until its next frame. */
const patience: Readonly<Record<InputKind, number>> = { received: roomRateHz / 2, published: roomRateHz / 10 };

/** Takes mixed sound: sums of the two sides, of equal length, from sample number `first` on. Valid during the call. */
export type MixTaker = (first: number, local: Int32Array, remote: Int32Array) => void;

/**
 * Adds up the tracks of a room, sample by sample, on one clock. A stretch is mixed when every track has come so far, so that an uneven network or a busy
 * process loses nothing; memory holds half a second.
 */
export class RoomMixer {
  readonly #take: MixTaker;
  readonly #now: () => number;
  readonly #inputs = new Map<MixInput, InputKind>();
  #mixedTo: number;

  /** @param now The clock, in samples; it never goes back. */
  constructor(now: () => number, take: MixTaker) {
    this.#now = now;
    this.#take = take;
    this.#mixedTo = now();
  }

  /** A track begins. */
  add(kind: InputKind): MixInput {
    const input = new MixInput(kind, this.#now());
    this.#inputs.set(input, kind);
    return input;
  }

  /** Takes a frame of 48 kHz, mono (kept, not copied), that came now. */
  append(input: MixInput, samples: Int16Array): void {
    input.append(samples, this.#now(), this.#mixedTo);
    this.mix();
  }

  /** Mixes what every track has come to. To be called now and then, also while no frames come. */
  mix(): void {
    const now = this.#now();
    let to = now;
    for (const [input, kind] of this.#inputs) {
      const isWaitedFor = !input.hasEnded && input.cursor > now - patience[kind];
      if (isWaitedFor) to = Math.min(to, input.cursor);
    }
    this.#mixTo(to);
  }

  /** Mixes all up to now, whatever is still on its way. */
  flush(): void {
    this.#mixTo(this.#now());
  }

  #mixTo(to: number): void {
    const from = this.#mixedTo;
    if (to <= from) return;
    const sides = { published: new Int32Array(to - from), received: new Int32Array(to - from) };
    for (const [input, kind] of this.#inputs) {
      input.mixInto(sides[kind], from, to);
      if (input.hasEnded && input.cursor <= to) this.#inputs.delete(input);
    }
    this.#mixedTo = to;
    this.#take(from, sides.published, sides.received);
  }
}
