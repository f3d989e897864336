import { planRender } from '../src/index.ts';

/** Individual files by copying, everybody, with the usual settings. */
export const remuxPlan = planRender({ type: 'individual', formats: ['webm'] }, 'rec_synthetic', 0, { holdbackMs: 800 });
