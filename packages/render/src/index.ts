export { EncodeError, OutputError, PlanError, RenderBusyError, RenderSetupError } from './errors.ts';
export { renderLog } from './engine/render-log.ts';
export type { RenderLogOptions } from './engine/render-log.ts';
export { planRender } from './plan-render.ts';
export type { OutputRequest, RecordingRequest } from './plan-render.ts';
export type * from './plan.ts';
export { lockOutDir } from './worker/out-dir-lock.ts';
export type { OutDirLock } from './worker/out-dir-lock.ts';
export type { WorkerRequest } from './worker/worker-request.ts';
