import { expect, test } from 'vitest';
import { interleaved16, wavHeader } from './wav-file.ts';

const text = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));

test('a header says how much sound follows', () => {
  const bytes = wavHeader(64_000, 32_000, 1);
  const view = new DataView(bytes.buffer);
  expect([text(bytes, 0), text(bytes, 8), text(bytes, 48), text(bytes, 72)]).toEqual(['RIFF', 'WAVE', 'fmt ', 'data']);
  expect([view.getUint32(4, true), view.getUint32(60, true), view.getUint32(76, true)]).toEqual([64_072, 32_000, 64_000]);
});

test('over 4 GiB it is RF64 with 64-bit sizes', () => {
  const bytes = wavHeader(5 * 2 ** 30, 48_000, 2);
  const view = new DataView(bytes.buffer);
  expect([text(bytes, 0), text(bytes, 12), view.getUint32(76, true)]).toEqual(['RF64', 'ds64', 0xffff_ffff]);
  expect(view.getBigUint64(28, true)).toBe(5n * 2n ** 30n);
});

test('samples alternate by channel and never wrap around', () => {
  const bytes = interleaved16(Float32Array.of(0.5, 2, -2, -0.5), 2);
  expect([...new Int16Array(bytes.buffer)]).toEqual([16_384, -32_767, 32_767, -16_383]);
});
