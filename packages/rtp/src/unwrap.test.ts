import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SequenceUnwrapper, TimestampUnwrapper } from './unwrap.ts';

describe('SequenceUnwrapper', () => {
  it.each([0, 1, 127, 32_767, 32_768, 65_534, 65_535])('counts on across the wrap from %i', (start) => {
    const unwrapper = new SequenceUnwrapper();
    for (let step = 0; step < 200_000; step += 997) expect(unwrapper.unwrap((start + step) & 0xffff)).toBe(start + step);
  });

  it('places late packets before the newest', () => {
    const unwrapper = new SequenceUnwrapper();
    expect([65_534, 1, 65_535, 0, 2].map((number) => unwrapper.unwrap(number))).toEqual([65_534, 65_537, 65_535, 65_536, 65_538]);
  });

  it('finds any walk of steps below 32768 again', () => {
    fc.assert(
      fc.property(fc.nat(65_535), fc.array(fc.integer({ min: 0, max: 32_767 })), (start, steps) => {
        const unwrapper = new SequenceUnwrapper();
        let position = start;
        expect(unwrapper.unwrap(start)).toBe(start);
        for (const step of steps) expect(unwrapper.unwrap((position += step) & 0xffff)).toBe(position);
      }),
    );
  });
});

describe('TimestampUnwrapper', () => {
  it('counts on across many wraps of 2^32', () => {
    const unwrapper = new TimestampUnwrapper();
    for (let ticks = 4_000_000_000; ticks < 40_000_000_000; ticks += 1_900_000_000) expect(unwrapper.unwrap(ticks % 2 ** 32)).toBe(ticks);
  });

  it('places an older timestamp before the newest', () => {
    const unwrapper = new TimestampUnwrapper();
    expect([0xffff_ff00, 0x100, 0xffff_fff0].map((ticks) => unwrapper.unwrap(ticks))).toEqual([0xffff_ff00, 2 ** 32 + 0x100, 0xffff_fff0]);
  });
});
