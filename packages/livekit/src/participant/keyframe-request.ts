const FIRST_RETRY_US = 500_000;
const MAX_RETRY_US = 4_000_000;

/**
 * When one video track is to be asked for a keyframe: from the start until the first has come, after a loss, and every `intervalUs` without one. Asks again with a growing pause.
 * All times are µs of one monotonic clock.
 */
export class KeyframeRequest {
  readonly #intervalUs: number;
  #isWanted = true;
  #nextUs = 0;
  #retryUs = FIRST_RETRY_US;
  #lastKeyframeUs: number | null = null;

  /** @param intervalUs Longest time between keyframes; Infinity: only when needed. */
  constructor(intervalUs: number) {
    this.#intervalUs = intervalUs;
  }

  get isWanted(): boolean {
    return this.#isWanted;
  }

  /** A decoder could not go on: the next {@link isDue} is true (at most every 500 ms). */
  want(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#retryUs = FIRST_RETRY_US;
  }

  /** The beginning of a keyframe arrived. */
  observeKeyframe(nowUs: number): void {
    this.#isWanted = false;
    this.#retryUs = FIRST_RETRY_US;
    this.#lastKeyframeUs = nowUs;
  }

  /** Whether to ask now; a true answer counts as asked. */
  isDue(nowUs: number): boolean {
    if (this.#lastKeyframeUs !== null && nowUs - this.#lastKeyframeUs >= this.#intervalUs) this.want();
    if (!this.#isWanted || nowUs < this.#nextUs) return false;
    this.#nextUs = nowUs + this.#retryUs;
    this.#retryUs = Math.min(this.#retryUs * 2, MAX_RETRY_US);
    return true;
  }
}
