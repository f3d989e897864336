export { TapedeckError } from './errors.ts'; export type { Fault } from './errors.ts';
