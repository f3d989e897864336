import { startsKeyframe } from '@tapedeck/rtp';
import { expect, test } from 'vitest';
import { KeyframeRequest } from './keyframe-request.ts';
import { payloadOffset } from './payload-offset.ts';

const second = 1_000_000;

test('asks until the first keyframe has come, with growing pauses', () => {
  const request = new KeyframeRequest(Infinity);
  const asked: number[] = [];
  for (let now = 0; now < 10 * second; now += 100_000) if (request.isDue(now)) asked.push(now / second);
  expect(asked).toEqual([0, 0.5, 1.5, 3.5, 7.5]);
  request.observeKeyframe(10 * second);
  expect(request.isDue(100 * second)).toBe(false);
});

test('asks again after a loss, not more often than every half second', () => {
  const request = new KeyframeRequest(Infinity);
  expect(request.isDue(0)).toBe(true);
  request.observeKeyframe(100_000);
  request.want();
  expect(request.isDue(200_000)).toBe(false);
  expect(request.isDue(500_000)).toBe(true);
});

test('asks when the last keyframe is too old', () => {
  const request = new KeyframeRequest(30 * second);
  request.isDue(0);
  request.observeKeyframe(second);
  expect(request.isDue(30 * second)).toBe(false);
  expect(request.isDue(31 * second)).toBe(true);
});

const starts: [Parameters<typeof startsKeyframe>[0], number[], boolean][] = [
  ['vp8', [0x10, 0x00, 0, 0], true],
  ['vp8', [0x10, 0x01, 0, 0], false], // P: an interframe
  ['vp8', [0x00, 0x00, 0, 0], false], // not the start of a partition
  ['vp8', [0x90, 0xe0, 0x81, 0x02, 0x03, 0x04, 0x00], true], // X: two-byte picture id, TL0PICIDX, TID
  ['vp8', [0x90, 0xe0, 0x81, 0x02, 0x03, 0x04, 0x01], false],
  ['vp9', [0x08, 0x00], true],
  ['vp9', [0x48, 0x00], false],
  ['h264', [0x67, 0x42], true],
  ['h264', [0x41, 0x9a], false],
  ['h264', [0x7c, 0x85], true], // FU-A, start of an IDR picture
  ['h264', [0x7c, 0x05], false],
  ['h264', [0x18, 0x00, 0x05, 0x67], true], // STAP-A with parameter sets
  ['h265', [0x40, 0x01], true],
  ['h265', [0x02, 0x01], false],
  ['av1', [0x18, 0x0a], true],
  ['av1', [0x10, 0x0a], false],
  ['opus', [0xff, 0xff], false],
];
for (const [codec, payload, expected] of starts) {
  test(`${codec} ${Buffer.from(payload).toString('hex')} ${expected ? 'starts' : 'does not start'} a keyframe`, () => {
    expect(startsKeyframe(codec, Uint8Array.from(payload), 0)).toBe(expected);
  });
}

test('the payload begins after contributing sources and the extension', () => {
  const packet = new Uint8Array(40);
  packet[0] = 0x80;
  expect(payloadOffset(packet)).toBe(12);
  packet[0] = 0x92; // two sources, extension of one word
  packet[23] = 1;
  expect(payloadOffset(packet)).toBe(28);
  packet[23] = 255;
  expect(payloadOffset(packet)).toBe(40);
});
