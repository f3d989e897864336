import { expect, test } from 'vitest';
import { PlaneScaler } from './plane-scaler.ts';
import type { Plane } from './planes.ts';

function plane(width: number, height: number, value: (x: number, y: number) => number = () => 0): Plane {
  const data = Uint8Array.from({ length: width * height }, (_, at) => value(at % width, Math.floor(at / width)));
  return { data, offset: 0, stride: width, width, height };
}

function scaled(from: Plane, width: number, height: number): Plane {
  const to = plane(width, height);
  new PlaneScaler().scale(from, to);
  return to;
}

test('the same size is copied, a half is the mean of four', () => {
  const from = plane(4, 2, (x, y) => x * 10 + y * 100);
  expect([...scaled(from, 4, 2).data]).toEqual([...from.data]);
  expect([...scaled(from, 2, 1).data]).toEqual([55, 75]);
});

test.each([
  [640, 360],
  [424, 238],
  [160, 90],
  [130, 74],
  [1920, 1080],
  [640, 90],
])('a slope stays a slope at %i × %i', (width, height) => {
  const slope = (of: number) => (x: number) => ((x + 0.5) / of) * 200;
  const to = scaled(plane(1280, 720, slope(1280)), width, height);
  for (let x = 2; x < width - 2; x += 7) expect(Math.abs((to.data[width * 5 + x] ?? 0) - slope(width)(x))).toBeLessThanOrEqual(1.5);
});

test('nothing outside the rectangle is touched', () => {
  const data = new Uint8Array(20 * 20).fill(7);
  new PlaneScaler().scale(
    plane(40, 40, () => 200),
    { data, offset: 20 * 4 + 6, stride: 20, width: 10, height: 12 },
  );
  for (const [at, sample] of data.entries()) {
    const [x, y] = [at % 20, Math.floor(at / 20)];
    expect(sample).toBe(x >= 6 && x < 16 && y >= 4 && y < 16 ? 200 : 7);
  }
});
