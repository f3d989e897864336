import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { endsPaused, epochStarts, firstMediaAt, recordingUsAt } from './epoch-start.ts';

const bootId = 'boot';
const wallMs = 1_000_000;
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tapedeck-epochs-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Writes the session of an epoch; times in s of both clocks. */
function session(epoch: number, recordingS: number, ...events: readonly (readonly [number, object])[]): void {
  mkdirSync(join(dir, `e${epoch}`));
  const started = { type: 'started', recordingId: 'rec', epoch, room: 'room', bootId, recordingUs: recordingS * 1e6 };
  const [first] = events;
  const lines = [[first?.[0] ?? 0, started] as const, ...events].map(([s, event]) =>
    JSON.stringify({ us: s * 1e6, wall: wallMs + s * 1000, ...event }),
  );
  writeFileSync(join(dir, `e${epoch}`, 'session.jsonl'), `${lines.join('\n')}\n{"torn`);
}
const at = (s: number): Parameters<typeof recordingUsAt>[1] => ({ us: s * 1e6, wallMs: wallMs + s * 1000, bootId });
const clock = { type: 'clock' };

it('goes on where the clock of the last epoch stands, without what pauses cut out', () => {
  expect(recordingUsAt(dir, at(50))).toBe(0);
  session(1, 0, [10, clock], [15, { type: 'paused', mode: 'cut' }], [18, { type: 'resumed' }]);
  expect(recordingUsAt(dir, at(30))).toBe(17e6);
  session(2, 17, [30, clock], [35, { type: 'paused' }]);
  expect(recordingUsAt(dir, at(60))).toBe(22e6);
});

it('goes on through pauses that are held', () => {
  session(1, 0, [10, clock], [15, { type: 'paused', mode: 'hold' }]);
  expect(recordingUsAt(dir, at(30))).toBe(20e6);
});

it('knows whether a recorder was lost during a pause, also one that an earlier epoch began', () => {
  expect(endsPaused(dir)).toBe(false);
  session(1, 0, [10, clock], [15, { type: 'paused', mode: 'hold' }]);
  session(2, 5, [20, clock]);
  expect(endsPaused(dir)).toBe(true);
  session(3, 9, [30, { type: 'resumed' }]);
  expect(endsPaused(dir)).toBe(false);
});

it('knows when the first media came', () => {
  expect(firstMediaAt(dir)).toBeNull();
  session(1, 0, [10, clock]);
  session(2, 5, [20, clock]);
  expect(firstMediaAt(dir)?.getTime()).toBe(wallMs + 10_000);
});

it('tells where each epoch began, and passes over one that never started', () => {
  expect(epochStarts(dir)).toEqual([]);
  session(1, 0, [10, clock]);
  mkdirSync(join(dir, 'e2'));
  session(3, 17, [30, clock]);
  expect(epochStarts(dir)).toEqual([0, 17_000]);
});
