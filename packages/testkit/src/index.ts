export * from './publishers/index.ts';
export { requirement } from './requirement.ts';
export type { RequirementName } from './requirement.ts';
export * from './picture/index.ts';
export * from './media/index.ts';
