export { buildApi } from './build-api.ts';
export { toProblem } from './http/problem-answer.ts';
export { presentEvent } from './present-event.ts';
export type { ApiOptions, EvidencePort, FileAddress, FilesPort, LiveKitPort, StoragesPort } from './ports.ts';
