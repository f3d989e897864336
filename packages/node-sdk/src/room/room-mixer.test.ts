import { describe, expect, it } from 'vitest';
import { RoomMixer } from './room-mixer.ts';

/** A mixer whose clock is moved by hand, with everything that it made. */
function makeMixer() {
  const clock = { now: 0 };
  const made: { local: number[]; remote: number[] } = { local: [], remote: [] };
  const mixer = new RoomMixer(
    () => clock.now,
    (first, local, remote) => {
      expect(first).toBe(made.local.length); // nothing is left out or made twice
      made.local.push(...local);
      made.remote.push(...remote);
    },
  );
  return { clock, made, mixer };
}

/** Frames of 960 samples that count from `value` on. */
const ramp = (from: number): Int16Array => Int16Array.from({ length: 960 }, (_, index) => 1 + ((from + index) % 30_000));
const frame = (value: number): Int16Array => new Int16Array(960).fill(value);

describe('the mix of a room', () => {
  it('loses and repeats no sample of a track whose frames come late and in bursts', () => {
    const { clock, made, mixer } = makeMixer();
    const input = mixer.add('received');
    clock.now = 960;
    mixer.append(input, ramp(0));
    for (let number = 1; number < 100; number += 10) {
      clock.now = (number + 10) * 960; // ten frames at once, up to 200 ms late
      mixer.mix();
      for (let index = number; index < number + 10; index++) mixer.append(input, ramp(index * 960));
    }
    mixer.flush();
    const expected = Array.from({ length: 101 * 960 }, (_, index) => 1 + (index % 30_000));
    expect(made.remote).toEqual(expected);
  });

  it('adds people up, each side for itself', () => {
    const { clock, made, mixer } = makeMixer();
    const [ada, ben, own] = [mixer.add('received'), mixer.add('received'), mixer.add('published')];
    for (let number = 0; number < 10; number++) {
      clock.now = number * 960;
      mixer.append(own, frame(7)); // is heard from now on
      clock.now += 960;
      mixer.append(ada, frame(20_000));
      mixer.append(ben, frame(20_000));
    }
    mixer.flush();
    expect(new Set(made.remote)).toEqual(new Set([40_000])); // no clipping here: that is the limiter's
    expect(new Set(made.local)).toEqual(new Set([7]));
    expect(made.remote).toHaveLength(9600);
  });

  it('waits for a silent track half a second, not longer, and puts its next frame where it belongs', () => {
    const { clock, made, mixer } = makeMixer();
    const input = mixer.add('received');
    clock.now = 960;
    mixer.append(input, frame(1));
    clock.now = 20_000;
    mixer.mix();
    expect(made.remote).toHaveLength(960);
    clock.now = 96_000;
    mixer.mix();
    expect(made.remote).toHaveLength(96_000);
    clock.now = 96_960;
    mixer.append(input, frame(2));
    mixer.flush();
    expect([made.remote.indexOf(2), made.remote.filter((sample) => sample === 2).length]).toEqual([96_000, 960]);
  });

  it('puts silence in when a track has lost time for good, and never more than it lost', () => {
    const { clock, made, mixer } = makeMixer();
    const input = mixer.add('received');
    for (let number = 0; number < 300; number++) {
      clock.now = (number + 1 + (number < 50 ? 0 : 5)) * 960; // five frames never came
      mixer.append(input, frame(1));
    }
    mixer.flush();
    expect(made.remote.filter((sample) => sample === 0)).toHaveLength(5 * 960);
    expect([made.remote.length, made.remote.at(-1)]).toEqual([305 * 960, 1]);
  });

  it('queues what is written ahead of time, and begins anew behind a pause', () => {
    const { clock, made, mixer } = makeMixer();
    const own = mixer.add('published');
    for (let number = 0; number < 10; number++) mixer.append(own, frame(3)); // 200 ms at once
    expect(made.local).toHaveLength(0);
    clock.now = 48_000;
    mixer.mix();
    mixer.append(own, frame(4));
    clock.now = 96_000;
    mixer.mix();
    expect([made.local.filter((sample) => sample === 3).length, made.local.indexOf(4)]).toEqual([9600, 48_000]);
  });

  it('goes on when a track ends, with what it still had', () => {
    const { clock, made, mixer } = makeMixer();
    const input = mixer.add('received');
    clock.now = 960;
    mixer.append(input, frame(5));
    input.hasEnded = true;
    clock.now = 2000;
    mixer.mix();
    expect([made.remote.length, made.remote.filter((sample) => sample === 5).length]).toEqual([2000, 960]);
  });
});
