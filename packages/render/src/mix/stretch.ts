/**
 * Fits `length` interleaved sample frames into `count` by Hermite interpolation: for changes of a few samples in a frame (≤ 1 %), where it is
 * inaudible. First and last sample stay where they are in time, so neighbours still meet.
 *
 * @returns `target`, filled up to `count × channels`.
 */
export function stretchInto(target: Float32Array, count: number, source: Float32Array, length: number, channels: number): Float32Array {
  const step = length / count;
  const last = length - 1;
  for (let index = 0; index < count; index++) {
    const position = index * step;
    const left = Math.min(Math.floor(position), last);
    const t = position - left;
    const before = Math.max(0, left - 1) * channels;
    const here = left * channels;
    const next = Math.min(left + 1, last) * channels;
    const after = Math.min(left + 2, last) * channels;
    for (let channel = 0; channel < channels; channel++) {
      const p0 = source[before + channel] as number;
      const p1 = source[here + channel] as number;
      const p2 = source[next + channel] as number;
      const p3 = source[after + channel] as number;
      const a = 0.5 * (p3 - p0) + 1.5 * (p1 - p2);
      const b = p0 - 2.5 * p1 + 2 * p2 - 0.5 * p3;
      const c = 0.5 * (p2 - p0);
      target[index * channels + channel] = ((a * t + b) * t + c) * t + p1;
    }
  }
  return target;
}
