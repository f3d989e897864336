import { expect, test } from 'vitest';
import { allowedMoves, canMove, isTerminal, recordingStates } from './recording-state.ts';
import type { RecordingState } from './recording-state.ts';

test('every state can be reached from starting, and every way ends', () => {
  const seen = new Set<RecordingState>(['starting']);
  for (const state of seen) for (const next of allowedMoves[state]) seen.add(next);
  expect([...seen].toSorted()).toEqual([...recordingStates].toSorted());
  const endsFrom = (state: RecordingState, way: readonly RecordingState[]): boolean =>
    isTerminal(state) || allowedMoves[state].every((next) => way.includes(next) || endsFrom(next, [...way, next]));
  for (const state of recordingStates) expect(endsFrom(state, [state])).toBe(true);
});

test('forward only, but for recording and paused', () => {
  const back = recordingStates.flatMap((from, at) =>
    recordingStates
      .slice(0, at)
      .filter((to) => canMove(from, to))
      .map((to) => [from, to]),
  );
  expect(back).toEqual([['paused', 'recording']]);
  for (const state of recordingStates) expect(canMove(state, state)).toBe(false);
});

test('terminal are completed, failed and aborted; aborted means that nothing was captured', () => {
  expect(recordingStates.filter(isTerminal)).toEqual(['completed', 'failed', 'aborted']);
  for (const state of ['recording', 'paused', 'rendering', 'delivering'] as const) expect(canMove(state, 'aborted')).toBe(false);
});
