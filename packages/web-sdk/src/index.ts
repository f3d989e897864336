export { AudioDeck } from './audio/audio-deck.ts';
export type { AudioDeckEvents, AudioDeckOptions } from './audio/audio-deck.ts';
export { createAudioRecorder } from './audio/create-audio-recorder.ts';
export type { AudioRecorder, AudioRecorderOptions, AudioRecorderSource } from './audio/create-audio-recorder.ts';
export {
  AudioRecordingCode,
  AudioRecordingCycleTime,
  AudioRecordingPosition,
  AudioRecordingQuality,
  AudioRecordingResult,
  audioRecordingSampleRates,
} from './audio/recording-numbers.ts';
export type { AudioRecordingSampleRate } from './audio/recording-numbers.ts';
export type { AudioRecordingConfig } from './audio/take-plan.ts';
export {
  RecorderAudioBlockedError,
  RecorderFailedError,
  RecorderStateError,
  RecorderStorageError,
  RecorderUnsupportedError,
} from './errors.ts';
export { createRecorder } from './recorder/create-recorder.ts';
export type { SourceReceivers } from './recorder/lip-sync.ts';
export type { RecorderAudio, RecorderLayout, RecorderOptions, RecorderSource, RecorderVideo } from './recorder/options.ts';
export type { RecordedMedia, Recorder, RecorderEvents } from './recorder/recorder.ts';
export { listRecordings, listUnfinished, recover, removeRecording } from './recorder/unfinished.ts';
export type { KeptRecording } from './recorder/unfinished.ts';
