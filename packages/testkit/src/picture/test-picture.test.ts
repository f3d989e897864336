import fc from 'fast-check';
import { expect, test } from 'vitest';
import { paintTestPicture, readTestPicture } from './index.ts';
import type { PictureView } from './index.ts';

const even = (min: number, max: number) => fc.integer({ min: min / 2, max: max / 2 }).map((half) => half * 2);

function view(picture: Uint8Array, width: number, height: number): PictureView {
  const lumaBytes = width * height;
  const chroma = { u: picture.subarray(lumaBytes), v: picture.subarray((lumaBytes * 5) / 4), stride: width / 2 };
  return { luma: picture, lumaStride: width, chroma, x: 0, y: 0, width, height };
}

test('what was painted is read, at any size from 100x56', () => {
  fc.assert(
    fc.property(even(100, 400), even(56, 400), fc.integer({ min: 0, max: 255 }), fc.nat(0xfffff), (width, height, identity, frame) => {
      const picture = new Uint8Array((width * height * 3) / 2);
      paintTestPicture(picture, { identity, width, height, fps: 15, frame });
      const reading = readTestPicture(view(picture, width, height), width / height);
      expect(reading).toMatchObject({ identity, frame, isFlash: frame % 15 < 2 });
      expect(reading?.isColourRight).toBe(frame % 15 < 2 ? null : true);
    }),
    { numRuns: 50 },
  );
});

test('a picture is found inside a letterbox', () => {
  const picture = new Uint8Array((160 * 90 * 3) / 2);
  paintTestPicture(picture, { identity: 7, width: 160, height: 90, fps: 15, frame: 1234 });
  const canvas = new Uint8Array(160 * 160).fill(16);
  for (let y = 0; y < 90; y++) canvas.set(picture.subarray(y * 160, (y + 1) * 160), (y + 35) * 160);
  expect(readTestPicture({ luma: canvas, lumaStride: 160, x: 0, y: 0, width: 160, height: 160 })).toMatchObject({
    identity: 7,
    frame: 1234,
  });
});

test('black, white, noise and the wrong colour are not taken for a right picture', () => {
  const flat = (luma: number) => ({ luma: new Uint8Array(160 * 90).fill(luma), lumaStride: 160, x: 0, y: 0, width: 160, height: 90 });
  expect(readTestPicture(flat(16))).toBeNull();
  expect(readTestPicture(flat(235))).toBeNull();
  const picture = new Uint8Array((160 * 90 * 3) / 2);
  paintTestPicture(picture, { identity: 7, width: 160, height: 90, fps: 15, frame: 5 });
  const swapped = view(picture, 160, 90);
  const { u, v, stride } = swapped.chroma!;
  expect(readTestPicture({ ...swapped, chroma: { u: v, v: u, stride } })?.isColourRight).toBe(false);
});
