import { expect, test } from 'vitest';
import { fitSamples } from './fit-samples.ts';
import { TrackSound } from './track-sound.ts';

/** A block of one value, as a track gives it. */
function block(value: number, timestampMs: number, frames = 480, sampleRate = 48_000): AudioData {
  return {
    ...{ timestamp: timestampMs * 1000, numberOfFrames: frames, sampleRate, numberOfChannels: 1 },
    copyTo: (plane: Float32Array) => plane.fill(value),
    close: () => undefined,
  } as unknown as AudioData;
}

/** What is heard at a moment of the clock, in ms. */
function heard(sound: TrackSound, fromMs: number, toMs: number): Float32Array {
  const planes = new Float32Array((toMs - fromMs) * 48);
  sound.mixInto(planes, fromMs * 48, toMs * 48);
  return planes;
}

test('blocks that come in bursts stand side by side in their time, once the first burst has said when that is', () => {
  const sound = new TrackSound(48_000, 1);
  for (let at = 0; at < 50; at++) {
    const deliveredMs = Math.ceil((at + 1) / 10) * 100; // ten at once
    sound.take(block((at + 1) / 100, at * 10), deliveredMs * 48, deliveredMs, 0);
  }
  const samples = heard(sound, 0, 500);
  expect(Math.abs((samples[115 * 48] ?? 0) - 0.12)).toBeLessThan(0.011); // to a block
  expect(Math.abs((samples[489 * 48] ?? 0) - 0.49)).toBeLessThan(0.011);
  expect(samples.subarray(100 * 48, 489 * 48).every((sample) => sample > 0)).toBe(true);
});

test('a gap in a track stays a gap, and what follows it is in time', () => {
  const sound = new TrackSound(48_000, 1);
  for (const at of [0, 1, 2, 3, 14, 15]) sound.take(block(0.5, at * 10), (at + 1) * 480, (at + 1) * 10, 0);
  const samples = heard(sound, 0, 160);
  expect([samples[20 * 48], samples[80 * 48], samples[150 * 48]]).toEqual([0.5, 0, 0.5]);
});

test('what comes after its moment was mixed is lost, not put elsewhere', () => {
  const sound = new TrackSound(48_000, 1);
  sound.take(block(0.5, 0), 480, 10, 300);
  const samples = heard(sound, 0, 10);
  expect([samples[299], samples[300]]).toEqual([0, 0.5]);
});

test('a clock that runs fast is followed by single samples', () => {
  const sound = new TrackSound(48_000, 1);
  for (let at = 0; at < 300; at++) {
    const deliveredMs = (at + 1) * 9.95; // half a percent too fast
    sound.take(block(0.5, at * 10), deliveredMs * 48, deliveredMs, Math.max(0, Math.round((deliveredMs - 300) * 48)));
    if (at > 100) heard(sound, Math.floor(deliveredMs - 300), Math.floor(deliveredMs - 290));
  }
  expect(sound.level()).toBeGreaterThan(0.4);
});

test('another rate is fitted sample by sample', () => {
  expect([...fitSamples(Float32Array.of(0, 1), 4)]).toEqual([0, 0.5, 1, 1]);
  expect([...fitSamples(Float32Array.of(1, 3, 5, 7), 2)]).toEqual([2, 6]);
});
