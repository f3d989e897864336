/** Memory at a moment of a run. */
export interface MemoryLook {
  readonly atS: number;
  readonly scriptBytes: number;
  readonly bufferBytes: number;
  readonly rendererMb: number;
}

/** How much a value grows in an hour when it goes on as the straight line through these points (least squares) does. */
export function growthPerHour(points: readonly { readonly atS: number; readonly value: number }[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanS, meanValue] = [mean(points.map(({ atS }) => atS)), mean(points.map(({ value }) => value))];
  const spread = points.reduce((sum, { atS }) => sum + (atS - meanS) ** 2, 0);
  const slope = points.reduce((sum, { atS, value }) => sum + (atS - meanS) * (value - meanValue), 0) / spread;
  return slope * 3600;
}
