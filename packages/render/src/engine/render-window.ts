import type { RenderPlan } from '../plan.ts';

/** The stretch of recording time that a plan makes, µs. Without a window: from 0 to infinity. */
export interface RenderWindow {
  readonly fromUs: number;
  readonly untilUs: number;
}

/** The plan's window on the recording's clock. */
export function windowOf({ window }: Pick<RenderPlan, 'window'>): RenderWindow {
  if (window == null) return { fromUs: 0, untilUs: Number.POSITIVE_INFINITY };
  return { fromUs: window.fromMs * 1000, untilUs: window.toMs === null ? Number.POSITIVE_INFINITY : window.toMs * 1000 };
}

/** The end of a render of a recording that ends at `endUs`; a window behind that end leaves one picture. */
export function clampToWindow(endUs: number, { fromUs, untilUs }: RenderWindow): number {
  return Math.max(fromUs, Math.min(endUs, untilUs));
}
