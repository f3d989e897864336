import { BendingLine } from './bending-line.ts';
import type { Bending, Line } from './bending-line.ts';

/**
 * Media time (µs from the start of a stretch) → steady time, piecewise linear. What lies before the last steering point is frozen: steering changes the future only.
 * Memory: two numbers for each knot, at most four knots per second of media.
 */
export class MediaMap {
  readonly #xs: number[] = [];
  readonly #ys: number[] = [];
  readonly #line: BendingLine;

  constructor(x: number, y: number) {
    this.#line = new BendingLine(x, y, 1);
  }

  /** Media time of the last steering point. */
  get steeredAt(): number {
    return this.#line.startX;
  }

  valueAt(x: number): number {
    if (x >= this.#line.startX) return this.#line.valueAt(x);
    const after = this.#firstKnotAfter(x);
    if (after === 0)
      return this.#ys.length === 0 ? this.#line.valueAt(this.#line.startX) + (x - this.#line.startX) : this.#ys[0]! + (x - this.#xs[0]!);
    const x0 = this.#xs[after - 1]!;
    const y0 = this.#ys[after - 1]!;
    const isLast = after === this.#xs.length;
    const x1 = isLast ? this.#line.startX : this.#xs[after]!;
    const y1 = isLast ? this.#line.valueAt(x1) : this.#ys[after]!;
    return x1 === x0 ? y1 : y0 + ((x - x0) * (y1 - y0)) / (x1 - x0);
  }

  /** See {@link BendingLine.steer}; `x` must not lie before {@link steeredAt}. */
  steer(x: number, target: Line, bending: Bending, slopeAfter: number): void {
    this.#keepUntil(x);
    this.#line.steer(x, target, bending, slopeAfter);
  }

  /** Everything up to and including `x` stays; what comes 1 µs later starts at `y`. */
  jump(x: number, y: number): void {
    this.#keepUntil(x);
    this.#keep(x, this.#line.valueAt(x));
    this.#line.jump(x + 1, y);
  }

  /** Lets the map run straight from (x, what it says there) to (x2, y2), whatever the slope: for a time in which there is no media. */
  bridge(x: number, x2: number, y2: number): void {
    this.#keepUntil(x);
    this.#keep(x, this.#line.valueAt(x));
    this.#line.jump(x2, y2);
  }

  #keepUntil(x: number): void {
    this.#keep(this.#line.startX, this.#line.valueAt(this.#line.startX));
    if (this.#line.meetX > this.#line.startX && this.#line.meetX < x) this.#keep(this.#line.meetX, this.#line.valueAt(this.#line.meetX));
  }

  #keep(x: number, y: number): void {
    if (this.#xs.at(-1) === x) return;
    this.#xs.push(x);
    this.#ys.push(y);
  }

  /** Index of the first knot with a media time greater than `x`; nearly always near the end. */
  #firstKnotAfter(x: number): number {
    let low = 0;
    let high = this.#xs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#xs[middle]! > x) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
