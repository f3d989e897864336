import { expect, test } from 'vitest';
import { makeKnownNoise } from '../picture/index.ts';
import { judgeWindow, NoiseJudge, noiseWindow, type NoiseReport } from './noise-judge.ts';

/** Two people for two seconds, of whom the second is heard as `change` makes him. */
function judged(change: (noise: Float32Array) => Float32Array): NoiseReport[] {
  const [first, second] = [1, 2].map((identity) => {
    const second = makeKnownNoise(identity);
    return Float32Array.from({ length: 97_000 }, (_, i) => (second[i % second.length] ?? 0) / 32_768);
  });
  const changed = change(second!);
  const mix = first!.subarray(0, 96_000).map((sample, i) => sample + (changed[i] ?? 0));
  const judges = [new NoiseJudge(1), new NoiseJudge(2)];
  for (let at = 0; at + noiseWindow <= mix.length; at += noiseWindow) judgeWindow(judges, at, mix.subarray(at, at + noiseWindow));
  return judges.map((judge) => judge.report());
}

const whole = { missing: 0, jumped: 0, driftSamples: 0, firstSample: 0 };

test('of two people who are whole nothing is missing', () => {
  expect(judged((noise) => noise)).toEqual([whole, whole]);
});

test('silence of one of both is counted, and nothing of the other', () => {
  const [first, second] = judged((noise) => noise.map((sample, i) => (i >= 50_000 && i < 54_800 ? 0 : sample)));
  expect(first).toEqual(whole);
  expect(second?.missing).toBeGreaterThan(4300);
  expect(second?.missing).toBeLessThan(5300);
  expect(second?.jumped).toBe(0);
});

test('half a window of silence is counted', () => {
  const [, second] = judged((noise) => noise.map((sample, i) => (i >= 50_400 && i < 50_880 ? 0 : sample)));
  expect(second?.missing).toBeGreaterThan(300);
  expect(second).toMatchObject({ jumped: 0, driftSamples: 0 });
});

test('a block that is left out is found where the noise jumps', () => {
  const [, second] = judged((noise) => Float32Array.from([...noise.subarray(0, 48_000), ...noise.subarray(48_480)]));
  expect(second).toEqual({ ...whole, jumped: 480 });
});

test('single samples put in are drift', () => {
  const [, second] = judged((noise) => Float32Array.from([...noise.subarray(0, 48_000), 0, ...noise.subarray(48_000)]));
  expect(second).toEqual({ ...whole, driftSamples: -1 });
});

test('a clock that is corrected by a sample every 10 ms loses nothing', () => {
  const [, second] = judged((noise) =>
    Float32Array.from({ length: 96_500 }, (_, i) => {
      const at = i * (480 / 481);
      const [before, share] = [Math.floor(at), at % 1];
      return (noise[before] ?? 0) * (1 - share) + (noise[before + 1] ?? 0) * share;
    }),
  );
  expect(second).toMatchObject({ missing: 0, jumped: 0 });
  expect(second?.driftSamples).toBeLessThan(-190);
});
