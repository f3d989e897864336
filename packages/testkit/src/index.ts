export * from './publishers/index.ts';
export { requirement } from './requirement.ts';
export type { RequirementName } from './requirement.ts';
