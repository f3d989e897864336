import { describe, expect, it } from 'vitest';
import { Limiter, limiterCeiling, limiterDelaySamples } from './limiter.ts';
import { RateConverter } from './rate-converter.ts';
import { stretchInto } from './stretch.ts';

const tone = (hz: number, rateHz: number, count: number, amplitude = 0.5, start = 0): Float32Array =>
  Float32Array.from({ length: count }, (_, index) => amplitude * Math.sin((2 * Math.PI * hz * (index + start)) / rateHz));

const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? Infinity))), 0);

describe('Limiter', () => {
  it('passes quiet sound unchanged, later by its look-ahead', () => {
    const limiter = new Limiter(1);
    const input = tone(440, 48_000, 4800, 0.8);
    const output = Float32Array.from(input);
    for (let at = 0; at < output.length; at += 960) limiter.process([output.subarray(at, at + 960)], 960);
    expect(output.subarray(limiterDelaySamples)).toEqual(input.subarray(0, 4800 - limiterDelaySamples));
  });

  it('never lets a peak through and gives the gain back', () => {
    const limiter = new Limiter(2);
    const loud = Float32Array.from({ length: 96_000 }, (_, index) => (index > 20_000 && index < 40_000 ? 2.5 : 0.3) * Math.sin(index / 9));
    const left = Float32Array.from(loud);
    const right = Float32Array.from(loud, (value) => value / 2);
    for (let at = 0; at < loud.length; at += 960) limiter.process([left.subarray(at, at + 960), right.subarray(at, at + 960)], 960);
    expect(Math.max(...left.map(Math.abs))).toBeLessThanOrEqual(limiterCeiling + 1e-4);
    for (const index of [25_000, 60_000, 90_000]) expect(right[index]).toBeCloseTo((left[index] as number) / 2, 5);
    expect(left[90_000]).toBeCloseTo(loud[90_000 - limiterDelaySamples] as number, 3);
  });

  it('does not click: no step is larger than the input allows', () => {
    const limiter = new Limiter(1);
    const loud = tone(200, 48_000, 48_000, 3);
    const output = Float32Array.from(loud);
    for (let at = 0; at < loud.length; at += 960) limiter.process([output.subarray(at, at + 960)], 960);
    let step = 0;
    for (let index = 1; index < output.length; index++)
      step = Math.max(step, Math.abs((output[index] as number) - (output[index - 1] as number)));
    expect(step).toBeLessThan(0.08);
  });
});

describe('RateConverter', () => {
  for (const rateHz of [44_100, 32_000, 16_000]) {
    const convert = (start: number): { first: number; samples: Float32Array } => {
      const converter = new RateConverter(rateHz, 1, start);
      const first = converter.nextIndex;
      const out = new Float32Array(rateHz);
      let made = 0;
      for (let at = start; at + 960 <= 48_000; at += 960) made += converter.convert([tone(1000, 48_000, 960, 0.5, at)], 960, [out], made);
      return { first, samples: out.subarray(0, made) };
    };

    it(`keeps a tone at ${rateHz} Hz in its place`, () => {
      const { samples } = convert(0);
      const expected = tone(1000, rateHz, samples.length);
      expect(largestDifference(samples.subarray(200), expected.subarray(200))).toBeLessThan(0.002);
    });

    it(`gives the same samples at ${rateHz} Hz wherever it began`, () => {
      const whole = convert(0).samples;
      const { first, samples } = convert(960 * 7);
      expect(largestDifference(samples.subarray(100), whole.subarray(first + 100))).toBe(0);
    });
  }

  it('removes what the lower rate cannot hold', () => {
    const converter = new RateConverter(16_000, 1, 0);
    const out = new Float32Array(16_000);
    let made = 0;
    for (let at = 0; at < 48_000; at += 960) made += converter.convert([tone(9500, 48_000, 960, 0.5, at)], 960, [out], made);
    expect(Math.max(...out.subarray(200, made).map(Math.abs))).toBeLessThan(0.005);
  });
});

describe('stretchInto', () => {
  it('changes the length by a sample and not the tone', () => {
    const source = tone(300, 48_000, 960);
    for (const count of [955, 959, 961, 965]) {
      const stretched = stretchInto(new Float32Array(1000), count, source, 960, 1).subarray(0, count);
      const ideal = Float32Array.from({ length: count }, (_, index) => 0.5 * Math.sin((2 * Math.PI * 300 * index * 960) / count / 48_000));
      expect(largestDifference(stretched, ideal)).toBeLessThan(0.005);
    }
  });
});
