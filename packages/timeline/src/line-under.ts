import type { Line } from './bending-line.ts';
import { WINDOW_BUCKETS } from './delay-minima.ts';

/** No two computer clocks drift apart faster than this (200 ppm are common, 500 ppm is what NTP takes as the limit). */
const MAX_SLOPE = 500e-6;
/** Below this span a slope says more about jitter than about drift. */
const MIN_SPAN_US = 20_000_000;
/** From this span on the slope may use its full range. */
const FULL_SPAN_US = 60_000_000;

/** Points of one fit, reused from call to call: no allocation. Rising x; a point that does not rise is left out. */
export class PointList {
  readonly x = new Float64Array(WINDOW_BUCKETS);
  readonly y = new Float64Array(WINDOW_BUCKETS);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  add(x: number, y: number): void {
    if (this.length === WINDOW_BUCKETS || (this.length > 0 && x <= this.x[this.length - 1]!)) return;
    this.x[this.length] = x;
    this.y[this.length++] = y;
  }
}

const hull = new Int32Array(WINDOW_BUCKETS);

/**
 * Returns the line that lies under all points and has the least summed distance to them: the edge of the lower convex hull over their mean x. Points that are
 * too high (queues, retransmissions, bursts) have no say, a common drift has. The slope is held within ±500 ppm, and at 0 while the points span less than 20 s.
 * Null without points.
 *
 * @see Moon, Skelly, Towsley: Estimation and Removal of Clock Skew from Network Delay Measurements (INFOCOM 1999)
 */
export function lineUnder(points: PointList): Line | null {
  const { x, y, length } = points;
  if (length === 0) return null;
  const span = x[length - 1]! - x[0]!;
  const bound = span < MIN_SPAN_US ? 0 : MAX_SLOPE * Math.min(1, span / FULL_SPAN_US);
  const slope = bound === 0 ? 0 : Math.max(-bound, Math.min(bound, slopeOverMean(points)));
  const x0 = x[length - 1]!;
  let y0 = Number.POSITIVE_INFINITY;
  for (let i = 0; i < length; i++) y0 = Math.min(y0, y[i]! + (x0 - x[i]!) * slope);
  return { x0, y0, slope };
}

function slopeOverMean({ x, y, length }: PointList): number {
  let size = 0;
  let sum = 0;
  for (let i = 0; i < length; i++) {
    sum += x[i]!;
    while (size >= 2 && turnsDown(x, y, hull[size - 2]!, hull[size - 1]!, i)) size--;
    hull[size++] = i;
  }
  const mean = sum / length;
  for (let edge = 1; edge < size; edge++) {
    const from = hull[edge - 1]!;
    const to = hull[edge]!;
    if (x[to]! >= mean) return (y[to]! - y[from]!) / (x[to]! - x[from]!);
  }
  return 0;
}

/** True when b lies on or above the line from a to c. */
function turnsDown(x: Float64Array, y: Float64Array, a: number, b: number, c: number): boolean {
  return (x[b]! - x[a]!) * (y[c]! - y[a]!) - (y[b]! - y[a]!) * (x[c]! - x[a]!) <= 0;
}
