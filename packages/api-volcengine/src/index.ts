export { volcengineCallbacks } from './callbacks/volcengine-callbacks.ts';
export { automaticVolcengineOrigin } from './map/automatic-origin.ts';
export type { VolcengineOptions } from './ports.ts';
export { answerVolcengineError, isVolcengineRequest, volcengineHandler, volcengineRoutes } from './routes.ts';
