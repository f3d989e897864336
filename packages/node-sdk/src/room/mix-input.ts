/** A frame that lies this far behind its time is late for good, not for a moment, in samples: 60 ms. */
const lasting = 2_880;
/** For so long it must have been late to be believed, in samples: 2 s. */
const watched = 96_000;

/** Where the frames of an input stand in time: those that are received end now, those that are published begin now. */
export type InputKind = 'received' | 'published';

/**
 * The sound of one track on the time line of a mix, in samples of 48 kHz. Frames follow each other without a gap, however unevenly they come, so that nothing is lost or
 * heard twice; only when a track paused, or has lost time for good, its next frame is put where it belongs.
 */
export class MixInput {
  /** Number of the sample behind the last frame. */
  cursor: number;
  /** No more frames come. */
  hasEnded = false;
  readonly #kind: InputKind;
  #frames: { readonly at: number; readonly samples: Int16Array }[] = [];
  #isNew = true;
  #least = Infinity;
  #leastSince: number;

  constructor(kind: InputKind, nowSample: number) {
    this.#kind = kind;
    this.cursor = nowSample;
    this.#leastSince = nowSample;
  }

  /**
   * Takes the next frame (kept, not copied).
   *
   * @param nowSample The clock. @param mixedTo What is before this number is mixed already.
   */
  append(samples: Int16Array, nowSample: number, mixedTo: number): void {
    const due = this.#kind === 'received' ? nowSample - samples.length : nowSample;
    const late = due - this.cursor;
    if (this.#isNew || this.cursor < mixedTo) {
      this.cursor = Math.max(mixedTo, due);
      this.#watch(0, nowSample, true);
    } else this.cursor += this.#watch(late, nowSample, false);
    this.#isNew = false;
    this.#frames.push({ at: this.cursor, samples });
    this.cursor += samples.length;
  }

  /** Adds what lies between two numbers to `sums`, which begins at `from`, and forgets it. */
  mixInto(sums: Int32Array, from: number, to: number): void {
    for (const { at, samples } of this.#frames) {
      const begin = Math.max(at, from);
      const end = Math.min(at + samples.length, to);
      for (let position = begin; position < end; position++) sums[position - from]! += samples[position - at]!;
    }
    this.#frames = this.#frames.filter(({ at, samples }) => at + samples.length > to);
  }

  /** Samples of silence to put in: how late every frame of the last two seconds was. */
  #watch(late: number, nowSample: number, isFresh: boolean): number {
    if (isFresh) [this.#least, this.#leastSince] = [Infinity, nowSample];
    else this.#least = Math.min(this.#least, late);
    if (nowSample - this.#leastSince < watched) return 0;
    const lost = this.#least;
    [this.#least, this.#leastSince] = [Infinity, nowSample];
    return lost > lasting && Number.isFinite(lost) ? lost : 0;
  }
}
