export { TencentError } from './errors.ts';
export type { MediaFile, MediaFilesPort, RoomsPort, TencentOptions } from './options.ts';
export { answerTencentError, tencentHandler, tencentRoutes } from './tencent-routes.ts';
export type { TencentHandler } from './tencent-routes.ts';
export { isTencentRequest } from './wire/tencent-call.ts';
export { tencentCallbacks } from './callbacks/tencent-callbacks.ts';
export { automaticTencentOrigin } from './mapping/automatic-origin.ts';
