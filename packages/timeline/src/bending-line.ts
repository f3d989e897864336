/** `y = y0 + (x - x0) × slope`. Both axes in µs. */
export interface Line {
  readonly x0: number;
  readonly y0: number;
  readonly slope: number;
}

/** How a line closes in on its target. */
export interface Bending {
  /** Largest departure of the slope from 1. */
  readonly limit: number;
  /** A bend takes at least this long, in µs of x, so that small corrections come gently. */
  readonly shortestUs: number;
}

/** What is left for a correction when the target itself uses up the limit. */
const MIN_ROOM = 0.0005;

/**
 * A line that can be steered onto a target but never jumps: from the steering point it runs straight to a meeting point on the target and from there along
 * it. Its slope stays within the limit given to {@link steer} (as long as the target's own does).
 */
export class BendingLine {
  #startX: number;
  #startY: number;
  #meetX: number;
  #meetY: number;
  #slopeAfter: number;

  constructor(x: number, y: number, slope: number) {
    this.#startX = x;
    this.#startY = y;
    this.#meetX = x;
    this.#meetY = y;
    this.#slopeAfter = slope;
  }

  get startX(): number {
    return this.#startX;
  }
  get meetX(): number {
    return this.#meetX;
  }
  /** Slope after the correction in progress has ended. */
  get slopeAfter(): number {
    return this.#slopeAfter;
  }

  valueAt(x: number): number {
    return x < this.#meetX ? this.#startY + (x - this.#startX) * this.slopeAt(x) : this.#meetY + (x - this.#meetX) * this.#slopeAfter;
  }

  slopeAt(x: number): number {
    return x < this.#meetX ? (this.#meetY - this.#startY) / (this.#meetX - this.#startX) : this.#slopeAfter;
  }

  /**
   * From `x` on, approaches `target`.
   * @param slopeAfter Slope from the meeting point on; the target's own when left out.
   */
  steer(x: number, target: Line, { limit, shortestUs }: Bending, slopeAfter: number = target.slope): void {
    const y = this.valueAt(x);
    const error = target.y0 + (x - target.x0) * target.slope - y;
    const room = Math.max(MIN_ROOM, limit - Math.abs(target.slope - 1));
    const lengthUs = Math.max(shortestUs, Math.abs(error) / room);
    this.#startX = x;
    this.#startY = y;
    this.#meetX = x + lengthUs;
    this.#meetY = y + error + lengthUs * target.slope;
    this.#slopeAfter = slopeAfter;
  }

  /** From `x` on, runs through (x, y) with its slope of before. */
  jump(x: number, y: number): void {
    const slope = this.#slopeAfter;
    this.#startX = x;
    this.#startY = y;
    this.#meetX = x;
    this.#meetY = y;
    this.#slopeAfter = slope;
  }
}
