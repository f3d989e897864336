export { startCapture } from './start-capture.ts';
export type { Capture, CaptureEnd, CaptureEvent, CaptureLimits, CaptureOptions } from './capture-types.ts';
