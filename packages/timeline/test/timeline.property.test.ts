import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTimeline } from '../src/index.ts';
import type { ArrivalUs, RecordingUs } from '../src/index.ts';
import { SimulatedParticipant } from './simulated-call.ts';
import type { SimulatedSender } from './simulated-call.ts';

const sender: fc.Arbitrary<SimulatedSender> = fc.record({
  driftPpm: fc.integer({ min: -200, max: 200 }),
  soundDriftPpm: fc.integer({ min: -200, max: 200 }),
  baseDelayMs: fc.integer({ min: 5, max: 150 }),
  jitterMs: fc.integer({ min: 0, max: 30 }),
  burstEveryS: fc.constantFrom(0, 7, 31),
  burstMs: fc.constantFrom(100, 400),
  startTimestamp: fc.integer({ min: 0, max: 0xffff_ffff }),
  wallS: fc.integer({ min: 1_600_000_000, max: 1_900_000_000 }),
});

function newTimeline() {
  const timeline = createTimeline();
  timeline.startEpoch(1, 0 as ArrivalUs, 0 as RecordingUs);
  return timeline;
}

test(
  'drift of ±200 ppm over two hours, jitter and bursts: sound and picture within 5 ms, people within 20 ms',
  { timeout: 120_000 },
  () => {
    fc.assert(
      fc.property(fc.array(sender, { minLength: 2, maxLength: 2 }), fc.nat(), (senders, seed) => {
        const timeline = newTimeline();
        const people = senders.map((one, index) => new SimulatedParticipant(timeline, `p${index}`, one, seed + index));
        for (let t = 1; t <= 7200; t++) {
          for (const person of people) person.feed(t);
          if (t < 90 || t % 30 !== 0) continue;
          const shown = people.map((person) => person.audioAt(t)!);
          for (const [index, person] of people.entries()) {
            expect(Math.abs(shown[index]! - person.videoAt(t)!)).toBeLessThan(5000);
            expect(Math.abs(shown[index]! - t * 1e6 - senders[index]!.baseDelayMs * 1000)).toBeLessThan(20_000);
          }
        }
      }),
      { numRuns: 4 },
    );
  },
);

test(
  'after its start sound is never bent by more than 0.5 %; time never runs backwards, and what was said stays said',
  { timeout: 120_000 },
  () => {
    fc.assert(
      fc.property(sender, fc.nat(), (one, seed) => {
        const person = new SimulatedParticipant(newTimeline(), 'p', one, seed);
        const said: { t: number; at: number }[] = [];
        person.feed(120, (t) => said.push({ t, at: person.audioAt(t)! }));
        for (let i = 1; i < said.length; i++) {
          const before = said[i - 1]!;
          const { t, at } = said[i]!;
          const nominal = ((person.audioTicks(t) - person.audioTicks(before.t)) >>> 0) / 0.048;
          expect(at).toBeGreaterThanOrEqual(before.at);
          if (t > 8) expect(Math.abs(at - before.at - nominal)).toBeLessThan(nominal * 0.00501 + 2);
          expect(Math.abs(person.audioAt(t)! - at)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 8 },
    );
  },
);

test.each([-200, 200])('a steady drift of %i ppm costs nothing', (driftPpm) => {
  const steady = {
    driftPpm,
    soundDriftPpm: 0,
    baseDelayMs: 30,
    jitterMs: 2,
    burstEveryS: 0,
    burstMs: 0,
    startTimestamp: 0,
    wallS: 1_700_000_000,
  };
  const person = new SimulatedParticipant(newTimeline(), 'p', steady, 1);
  for (let t = 1; t <= 900; t++) {
    person.feed(t);
    if (t > 150) expect(Math.abs(person.audioAt(t)! - t * 1e6 - 30_000)).toBeLessThan(3000);
  }
});
