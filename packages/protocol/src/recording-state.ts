import Type from 'typebox';

/**
 * Every state a recording can be in, in the order of its life.
 *
 * `starting` no media yet · `recording` media is being captured · `paused` capture on hold · `stopping` capture ends ·
 * `rendering` files are being made from the log · `delivering` files are being verified in their storage ·
 * `completed` every file is there · `failed` ended with an error (`error` says which) ·
 * `aborted` ended before any media was captured (`endReason` says why).
 */
export const recordingStates = [
  'starting',
  'recording',
  'paused',
  'stopping',
  'rendering',
  'delivering',
  'completed',
  'failed',
  'aborted',
] as const;
export type RecordingState = (typeof recordingStates)[number];

/** JSON schema of {@link RecordingState}. */
export const RecordingStateSchema = Type.Enum([...recordingStates], {
  description: 'Where the recording is in its life. The last three are terminal.',
});

/**
 * The one table of allowed moves. Forward only, but for `recording ⇄ paused`; a terminal state has no way out.
 * Every part of the product that changes a state goes by it.
 */
export const allowedMoves: Readonly<Record<RecordingState, readonly RecordingState[]>> = Object.freeze({
  starting: ['recording', 'paused', 'stopping', 'failed', 'aborted'],
  recording: ['paused', 'stopping', 'rendering', 'failed'],
  paused: ['recording', 'stopping', 'rendering', 'failed'],
  stopping: ['rendering', 'delivering', 'completed', 'failed', 'aborted'],
  rendering: ['delivering', 'completed', 'failed'],
  delivering: ['completed', 'failed'],
  completed: [],
  failed: [],
  aborted: [],
} satisfies Record<RecordingState, readonly RecordingState[]>);

/** True when a recording in `from` may move to `to`. A state never moves to itself. */
export function canMove(from: RecordingState, to: RecordingState): boolean {
  return allowedMoves[from].includes(to);
}

/** True for `completed`, `failed` and `aborted`: nothing happens to the recording any more. */
export function isTerminal(state: RecordingState): boolean {
  return allowedMoves[state].length === 0;
}
