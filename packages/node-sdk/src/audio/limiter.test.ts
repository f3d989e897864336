import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Limiter } from './limiter.ts';

/** Everything that comes out when sums are pushed in pieces of such lengths. */
function limit(sums: readonly number[], piece: number): number[] {
  const limiter = new Limiter();
  const out: number[] = [];
  for (let at = 0; at < sums.length; at += piece) out.push(...limiter.push(Int32Array.from(sums.slice(at, at + piece))));
  return [...out, ...limiter.flush()];
}

it('gives as many samples as it takes, the same ones while nothing is too loud, however they are cut', () => {
  const quiet = fc.array(fc.integer({ min: -32_767, max: 32_767 }), { maxLength: 2000 });
  fc.assert(
    fc.property(quiet, fc.integer({ min: 1, max: 700 }), (sums, piece) => {
      expect(limit(sums, piece)).toEqual(sums);
    }),
    { numRuns: 50 },
  );
});

it('lets nothing out of 16 bits, and turns no sample into another sign', () => {
  const loud = fc.array(fc.integer({ min: -200_000, max: 200_000 }), { maxLength: 2000 });
  const keepsSigns = (sums: number[], piece: number): boolean => {
    const out = limit(sums, piece);
    return out.length === sums.length && out.every((sample, at) => Math.abs(sample) <= Math.abs(sums[at]!) && sample * sums[at]! >= 0);
  };
  fc.assert(fc.property(loud, fc.integer({ min: 1, max: 700 }), keepsSigns), { numRuns: 50 });
});
