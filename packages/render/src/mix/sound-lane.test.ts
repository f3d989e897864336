import type { EncodedFrame } from '@tapedeck/rtp';
import { describe, expect, it } from 'vitest';
import { SoundLane } from './sound-lane.ts';

/** 20 ms of a PCMU tone that goes on from frame to frame. */
function frameAt(number: number, followsGap = false): EncodedFrame {
  const data = Uint8Array.from({ length: 160 }, (_, index) =>
    toMuLaw(8000 * Math.sin((2 * Math.PI * 250 * (number * 160 + index)) / 8000)),
  );
  const sequence = { firstSequence: number, lastSequence: number, rtpTimestamp: number * 160 };
  return { type: 'frame', codec: 'pcmu', data, isKeyframe: true, arrivalUs: 0, isDroppable: false, followsGap, ...sequence };
}

/** @see ITU-T G.711 */
function toMuLaw(sample: number): number {
  const magnitude = Math.min(32_635, Math.abs(Math.round(sample))) + 132;
  const exponent = Math.max(0, 31 - Math.clz32(magnitude) - 7);
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
}

function mix(lane: SoundLane, from: number, blocks: number): Float32Array {
  const out = new Float32Array(blocks * 960);
  for (let block = 0; block < blocks; block++) lane.addTo([out.subarray(block * 960, (block + 1) * 960)], from + block * 960, 960);
  return out;
}

const largestStep = (samples: Float32Array): number => {
  let step = 0;
  for (let index = 1; index < samples.length; index++)
    step = Math.max(step, Math.abs((samples[index] as number) - (samples[index - 1] as number)));
  return step;
};

describe('SoundLane', () => {
  it('follows a clock that drifts by 200 ppm without a click', () => {
    for (const factor of [1.0002, 0.9998, 1.004, 0.996]) {
      const lane = new SoundLane(1);
      for (let number = 0; number < 250; number++) lane.push(frameAt(number), number * 960 * factor);
      const out = mix(lane, 0, 240);
      expect(largestStep(out.subarray(1000))).toBeLessThan(0.02);
      // Frame 200 begins where the clock says.
      const at = Math.round(200 * 960 * factor);
      expect(Math.abs(out[at] as number)).toBeLessThan(0.05);
    }
  });

  it('ramps into silence when frames stop and out of it when they come back', () => {
    const lane = new SoundLane(1);
    for (let number = 0; number < 10; number++) lane.push(frameAt(number), number * 960);
    for (let number = 60; number < 80; number++) lane.push(frameAt(number), number * 960 + 480);
    const out = mix(lane, 0, 75);
    expect(largestStep(out)).toBeLessThan(0.02);
    expect(out.subarray(10 * 960 + 4800, 60 * 960 + 480).every((value) => value === 0)).toBe(true);
    expect(Math.max(...out.subarray(62 * 960, 63 * 960))).toBeGreaterThan(0.2);
  });

  it('lays the same samples when the mix begins in the middle', () => {
    const whole = new SoundLane(1);
    const late = new SoundLane(1);
    late.skipTo(960 * 50);
    for (let number = 0; number < 120; number++) {
      whole.push(frameAt(number), number * 960 * 1.0001);
      if (number >= 20) late.push(frameAt(number), number * 960 * 1.0001);
    }
    const expected = mix(whole, 0, 110).subarray(55 * 960);
    const actual = mix(late, 960 * 50, 60).subarray(5 * 960);
    expect(actual).toEqual(expected);
  });

  it('drops what comes after its time and survives broken packets', () => {
    const lane = new SoundLane(1);
    mix(lane, 0, 10);
    lane.push(frameAt(2), 2 * 960);
    lane.push({ ...frameAt(3), codec: 'opus', data: new Uint8Array(0) }, 11 * 960);
    lane.push(frameAt(12), 12 * 960);
    const out = mix(lane, 9600, 10);
    expect(out.subarray(0, 960).every((value) => value === 0)).toBe(true);
    expect(lane.brokenFrames).toBe(1);
    expect(Math.max(...out)).toBeGreaterThan(0.2);
  });
});
