export { RecorderWidget } from './recorder-widget.tsx';
export type { RecorderWidgetProps, RecorderWords } from './recorder-widget.tsx';
export { useRecorder } from './use-recorder.ts';
export type { RecorderControls } from './use-recorder.ts';
