export { createTimeline } from './timeline.ts';
export type * from './types.ts';
