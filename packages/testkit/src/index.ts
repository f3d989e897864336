export * from './check/index.ts';
export * from './publishers/index.ts';
export { requirement } from './requirement.ts';
export type { RequirementName } from './requirement.ts';
export * from './network/index.ts';
export * from './synthetic/index.ts';
export * from './picture/index.ts';
export * from './media/index.ts';
