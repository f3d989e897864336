import { expect, it } from 'vitest';
import { OpusDecoder } from '../decode/sound-decoder.ts';
import { opusDuration } from './opus-duration.ts';
import { silentPackets } from './silent-packets.ts';

const sum = (codec: 'opus' | 'pcmu' | 'pcma', ticks: number): number =>
  silentPackets(codec, ticks).reduce((total, { duration }) => total + duration, 0);

it('is as long as asked for, Opus to the nearest 2.5 ms', () => {
  for (const ticks of [120, 240, 480, 960, 1080, 5760, 48_000, 48_000 * 3600]) expect(sum('opus', ticks)).toBe(ticks);
  expect([sum('opus', 59), sum('opus', 61), sum('opus', -500)]).toEqual([0, 120, 0]);
  expect([sum('pcmu', 1), sum('pcma', 8001), sum('pcma', 0)]).toEqual([1, 8001, 0]);
});

it('is Opus of the length it says, and silent', () => {
  const decoder = new OpusDecoder(2);
  for (const { data, duration } of silentPackets('opus', 5760 + 960 + 480 + 240 + 120)) {
    expect(opusDuration(data)).toBe(duration);
    const samples = decoder.decode(data)!;
    expect(samples).toHaveLength(duration * 2);
    expect(samples.every((sample) => Math.abs(sample) < 1e-4)).toBe(true);
  }
  decoder.close();
});
