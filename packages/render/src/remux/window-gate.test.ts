import { expect, it } from 'vitest';
import type { FrameItem } from '../engine/track-item.ts';
import { WindowGate } from './window-gate.ts';

const item = (kind: 'audio' | 'video', s: number, isKeyframe = kind === 'audio'): FrameItem =>
  ({
    type: 'frame',
    track: { trackSid: kind, kind },
    frame: { isKeyframe, data: new Uint8Array(10) },
    us: s * 1e6,
    releasedUs: s * 1e6,
  }) as unknown as FrameItem;
const passed = (gate: WindowGate, items: readonly FrameItem[]): string[] =>
  items.flatMap((one) => gate.pass(one)).map(({ track, us }) => `${track.kind} ${us / 1e6}`);

it('begins with the keyframe before the window, and with the sound in it', () => {
  const gate = new WindowGate({ fromUs: 5e6, untilUs: 8e6 });
  const items = [item('video', 1, true), item('audio', 2), item('video', 3, true), item('video', 4.2), item('audio', 4.9)];
  expect(passed(gate, items)).toEqual([]);
  expect(passed(gate, [item('audio', 5), item('video', 5.1), item('video', 6), item('audio', 8), item('video', 9, true)])).toEqual([
    'video 3',
    'video 4.2',
    'audio 5',
    'video 5.1',
    'video 6',
  ]);
});

it('begins with a keyframe that opens the window', () => {
  const gate = new WindowGate({ fromUs: 5e6, untilUs: Infinity });
  expect(passed(gate, [item('video', 3, true), item('video', 4), item('video', 5, true)])).toEqual(['video 5']);
});

it('lets everything through without a window', () => {
  expect(passed(new WindowGate({ fromUs: 0, untilUs: Infinity }), [item('video', -1), item('audio', 0)])).toEqual(['video -1', 'audio 0']);
});

it('keeps nothing of a track that has ended before', () => {
  const gate = new WindowGate({ fromUs: 5e6, untilUs: Infinity });
  expect(passed(gate, [item('video', 1, true), item('video', 3.5), item('audio', 5)])).toEqual(['audio 5']);
});
