import { expect, test } from 'vitest';
import { MissingPackets } from './missing-packets.ts';

const ms = 1000;

for (const start of [0, 1, 127, 65_534, 65_535]) {
  test(`a hole is asked for, with pauses, and closed when it is filled (from ${start})`, () => {
    const missing = new MissingPackets();
    const number = (offset: number): number => (start + offset) & 0xffff;
    for (const offset of [0, 1, 4]) expect(missing.observe(number(offset), 0)).toBe(true);
    expect(missing.takeDue(0)).toEqual([number(2), number(3)]);
    expect(missing.takeDue(100 * ms)).toEqual([]);
    expect(missing.observe(number(2), 110 * ms)).toBe(true);
    expect(missing.takeDue(130 * ms)).toEqual([number(3)]);
    expect(missing.observe(number(3), 140 * ms)).toBe(true);
    expect(missing.pendingCount).toBe(0);
    expect(missing.takeAbandoned()).toBe(0);
  });
}

test('a packet that came before is a duplicate, also out of order', () => {
  const missing = new MissingPackets();
  expect([10, 12, 11, 12, 10, 11].map((number) => missing.observe(number, 0))).toEqual([true, true, true, false, false, false]);
});

test('a number is asked for four times and given up after a second', () => {
  const missing = new MissingPackets();
  missing.observe(1, 0);
  missing.observe(3, 0);
  let asked = 0;
  for (let now = 0; now <= 1100 * ms; now += 20 * ms) asked += missing.takeDue(now).length;
  expect(asked).toBe(4);
  expect(missing.takeAbandoned()).toBe(1);
  expect(missing.takeAbandoned()).toBe(0);
  expect(missing.observe(2, 1200 * ms)).toBe(true); // late, yet new
});

test('a hole of more than 256 packets is given up at once', () => {
  const missing = new MissingPackets();
  missing.observe(1, 0);
  missing.observe(1000, 0);
  expect(missing.pendingCount).toBe(0);
  expect(missing.takeAbandoned()).toBe(998);
});

test('the pending list stays bounded', () => {
  const missing = new MissingPackets();
  for (let number = 0; number < 2000; number += 2) missing.observe(number, 0);
  expect(missing.pendingCount).toBe(256);
  expect(missing.takeAbandoned()).toBe(999 - 256);
});

test('sequence numbers that come round again after 4096 packets are not taken for duplicates', () => {
  const missing = new MissingPackets();
  let fresh = 0;
  for (let number = 0; number < 200_000; number++) if (missing.observe(number & 0xffff, 0)) fresh++;
  expect(fresh).toBe(200_000);
});
