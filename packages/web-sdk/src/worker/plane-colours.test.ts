import { expect, test } from 'vitest';
import { planesOfRgba, turnBt601Into709 } from './plane-colours.ts';
import { planesIn } from './planes.ts';

const flat = (...colour: readonly number[]): Uint8ClampedArray => Uint8ClampedArray.from({ length: 16 }, (_, at) => colour[at % 4] ?? 255);
const samples = (rgba: Uint8ClampedArray): number[] => [...(planesOfRgba(rgba, 2, 2)[0].data ?? [])];

test.each([
  ['black', [0, 0, 0], [16, 128, 128]],
  ['white', [255, 255, 255], [235, 128, 128]],
  ['red', [255, 0, 0], [63, 102, 240]],
  ['green', [0, 255, 0], [173, 42, 26]],
  ['blue', [0, 0, 255], [32, 240, 118]],
])('%s has the samples that BT.709 gives it', (_, colour, expected) => {
  const [y = 0, , , , u = 0, v = 0] = samples(flat(...colour, 255));
  for (const [at, sample] of [y, u, v].entries()) expect(Math.abs(sample - (expected[at] ?? 0))).toBeLessThanOrEqual(1);
});

test.each([
  ['red', [81, 90, 240], [63, 102, 240]],
  ['green', [145, 54, 34], [173, 42, 26]],
  ['grey', [126, 128, 128], [126, 128, 128]],
])('%s in BT.601 becomes the same colour in BT.709', (_, [y = 0, u = 0, v = 0], expected) => {
  const planes = planesIn(Uint8Array.of(y, y, y, y, u, v), 2, 2);
  turnBt601Into709(planes);
  for (const [at, plane] of planes.entries())
    expect(Math.abs((plane.data[plane.offset] ?? 0) - (expected[at] ?? 0))).toBeLessThanOrEqual(2);
});
