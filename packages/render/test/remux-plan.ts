import type { RenderPlan } from '../src/plan.ts';

const everybody = { allow: ['*'], deny: [] };
/** Individual files by copying, everybody, with the usual settings. */
export const remuxPlan: RenderPlan = {
  version: 1,
  recordingId: 'rec_synthetic',
  outputIndex: 0,
  type: 'individual',
  formats: ['webm'],
  video: null,
  audio: null,
  layout: { name: 'grid', options: {} },
  mode: 'remux',
  merge: true,
  fill: 'last-frame',
  partS: 4,
  keyframeS: 2,
  sliceS: 14_400,
  holdbackMs: 800,
  subscribe: { audio: everybody, video: everybody },
};
