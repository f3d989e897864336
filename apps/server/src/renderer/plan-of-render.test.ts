import { parseCreateRecording, parseCreateRender } from '@tapedeck/protocol';
import { expect, test } from 'vitest';
import { planOfRender } from './plan-of-render.ts';

const everybody = { allow: ['*'], deny: [] };

/** The plan of a render of a recording whose rules were changed while it ran: what stands in its row are the last ones. */
function planOf(render: object, recording: object = {}) {
  const asked = parseCreateRecording({ room: 'standup', ...recording });
  const request = parseCreateRender(render, { outputs: asked.outputs, startedAt: null, endedAt: null });
  return planOfRender({ request, recording: asked, recordingId: 'rec_1', plans: null }, null);
}

const denied = { subscribe: { audio: { deny: ['bob'] }, video: { allow: ['alice'], deny: ['bob'] } } };

test('the last rules of the recording leave nobody out: the log tells who was recorded until when', () => {
  expect(planOf({ output: { type: 'composite' } }, denied).subscribe).toEqual({ audio: everybody, video: everybody });
});

test('people of the request are left out, and nobody else', () => {
  const people = { allow: ['a*'], deny: ['anna'] };
  expect(planOf({ people }, denied).subscribe).toEqual({ audio: people, video: people });
});

test('fill, slices and gaps are those of the recording', () => {
  const rules = { fill: 'black', sliceS: 60, maxFileBytes: 1_000_000, maxGapS: 7, resumeWaitS: 9 };
  expect(planOf({ output: { type: 'individual' } }, rules)).toMatchObject(rules);
});
