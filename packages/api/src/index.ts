export { buildApi } from './build-api.ts';
export { toProblem } from './http/problem-answer.ts';
export type { ApiOptions, FilesPort, LiveKitPort } from './ports.ts';
