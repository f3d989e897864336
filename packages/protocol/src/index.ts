export * from './create-recording.ts';
export * from './errors.ts';
export * from './layout-name.ts';
export * from './limits.ts';
export * from './output.ts';
export * from './recording.ts';
export * from './recording-state.ts';
