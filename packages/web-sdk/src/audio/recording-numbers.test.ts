import * as theirs from '@tapedeck/node';
import { expect, test } from 'vitest';
import * as ours from './recording-numbers.ts';
import { planTake } from './take-plan.ts';

test('names and numbers are those of @tapedeck/node', () => {
  expect(Object.keys(ours)).toHaveLength(6);
  expect(theirs).toMatchObject({ ...ours });
});

test('nothing said is 32000 Hz, medium quality, everybody and no cycle', () => {
  expect(planTake({ filePath: 'calls/one.wav' })).toEqual({
    ...{ file: 'calls/one.wav', name: 'calls/one.wav', sampleRateHz: 32_000, quality: 1, position: 0, cycleS: 0 },
  });
});
