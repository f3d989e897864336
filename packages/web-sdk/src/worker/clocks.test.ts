import { expect, test } from 'vitest';
import { RecordedTime } from './recorded-time.ts';
import { SampleClock } from './sample-clock.ts';

test('the sample clock follows the quickest block, whatever the jitter of the others', () => {
  const clock = new SampleClock(48_000);
  for (let block = 1; block <= 100; block++) clock.push(block * 1024, 500 + (block * 1024) / 48 + (block % 5 === 0 ? 0 : 18));
  expect(clock.frameAt(500 + (100 * 1024) / 48)).toBeCloseTo(100 * 1024, 3);
});

test('the sample clock stands still with its context after a few blocks', () => {
  const clock = new SampleClock(48_000);
  const blockMs = 1024 / 48;
  for (let block = 1; block <= 50; block++) clock.push(block * 1024, block * blockMs);
  for (let block = 51; block <= 60; block++) clock.push(block * 1024, block * blockMs + 400);
  expect(clock.frameAt(60 * blockMs + 400)).toBeCloseTo(60 * 1024, 3);
});

test('recorded time leaves pauses out, and a second pause or resume says nothing', () => {
  const time = new RecordedTime();
  expect(time.at(5)).toBeNull();
  time.begin(100);
  time.begin(900);
  expect(time.at(150)).toBe(50);
  time.pause(200);
  time.pause(250);
  expect(time.at(260)).toBeNull();
  time.resume(300);
  time.resume(350);
  expect(time.at(310)).toBe(110);
});
