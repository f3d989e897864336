import { expect, test } from 'vitest';
import { Impairment } from './impairment.ts';
import type { Weather } from './impairment.ts';

const PACKETS = 100_000;
function run(weather: Weather) {
  const impairment = new Impairment(weather);
  const arrivals = Array.from({ length: PACKETS }, (_, index) => impairment.arrivals(index * 1000));
  return { impairment, arrivals };
}

test('fair weather changes nothing', () => {
  expect(run({}).arrivals.every((times, index) => times.length === 1 && times[0] === index * 1000)).toBe(true);
});

test.each([1, 8])('2 %% loss in runs of %i: the share and the mean run are as asked', (burstPackets) => {
  const lost = run({ lossPercent: 2, burstPackets }).arrivals.map((times) => times.length === 0);
  const share = lost.filter(Boolean).length / PACKETS;
  const runs = lost.filter((isLost, index) => isLost && lost[index - 1] !== true).length;
  expect(share).toBeGreaterThan(0.016);
  expect(share).toBeLessThan(0.024);
  expect((share * PACKETS) / runs).toBeGreaterThan(burstPackets * 0.85);
  expect((share * PACKETS) / runs).toBeLessThan(burstPackets * 1.15 + 0.1);
});

test('jitter and stalls delay but keep the order; reordering breaks it; duplicates come twice', () => {
  const late = run({ jitterMs: 20, stallEveryS: 10, stallMs: 400 }).arrivals.map((times) => times[0]!);
  expect(late.every((time, index) => time >= index * 1000 && time >= (late[index - 1] ?? 0))).toBe(true);
  expect(Math.max(...late.map((time, index) => time - index * 1000))).toBeGreaterThan(350_000);
  const swapped = run({ reorderPercent: 1 }).arrivals.map((times) => times[0]!);
  expect(swapped.filter((time, index) => time > (swapped[index + 1] ?? Infinity)).length).toBeGreaterThan(PACKETS / 200);
  expect(run({ duplicatePercent: 3 }).arrivals.filter((times) => times.length === 2).length).toBeGreaterThan(PACKETS * 0.02);
});

test('the same seed gives the same weather', () => {
  const weather = { seed: 5, lossPercent: 5, jitterMs: 5, duplicatePercent: 1, reorderPercent: 1 };
  expect(run(weather).arrivals).toEqual(run(weather).arrivals);
  expect(run({ ...weather, seed: 6 }).arrivals).not.toEqual(run(weather).arrivals);
});
