/*
 * NERTC's numbers, as `@tapedeck/node` has them. Neither package may import the other (docs/architecture.md §3); a test holds them equal.
 */

/** What `audioRecording` tells first: how a recording goes. */
export const AudioRecordingCode = Object.freeze({
  /** The name does not end in `.wav` or `.aac`; nothing was started. */
  errorSuffix: 1,
  /** The file cannot be opened: no such folder, no permission, no room, no encoder; nothing was started. */
  openFileFailed: 2,
  /** Sound is being recorded. */
  start: 3,
  /** Writing failed, e.g. because the disk is full. The recording has ended; what fitted is kept and playable. */
  error: 4,
  /** The file is complete. */
  finish: 5,
} as const);
export type AudioRecordingCode = (typeof AudioRecordingCode)[keyof typeof AudioRecordingCode];

/** Sound quality of AAC files; without effect on WAV, which keeps every sample. */
export const AudioRecordingQuality = Object.freeze({ low: 0, medium: 1, high: 2 } as const);
export type AudioRecordingQuality = (typeof AudioRecordingQuality)[keyof typeof AudioRecordingQuality];

/** Whose sound is in the file: everybody's, this device's own, all others'. */
export const AudioRecordingPosition = Object.freeze({ mixedRecordingAndPlayback: 0, recording: 1, mixedPlayback: 2 } as const);
export type AudioRecordingPosition = (typeof AudioRecordingPosition)[keyof typeof AudioRecordingPosition];

/** How much is kept, in seconds; 0: everything. */
export const AudioRecordingCycleTime = Object.freeze({
  cycleTime0: 0,
  cycleTime10: 10,
  cycleTime60: 60,
  cycleTime360: 360,
  cycleTime900: 900,
} as const);
export type AudioRecordingCycleTime = (typeof AudioRecordingCycleTime)[keyof typeof AudioRecordingCycleTime];

/** What the three methods return. Troubles of the file come by event, not here. */
export const AudioRecordingResult = Object.freeze({
  ok: 0,
  /** A value of the configuration is none of those allowed. */
  invalidParam: 30003,
  /** Nothing is being recorded (stop), or the client is destroyed. */
  invalidState: 30005,
  /** Not in the room. */
  channelNotJoined: 30101,
} as const);
export type AudioRecordingResult = (typeof AudioRecordingResult)[keyof typeof AudioRecordingResult];

/** Hz that a file can have. */
export const audioRecordingSampleRates = Object.freeze([16_000, 32_000, 44_100, 48_000] as const);
export type AudioRecordingSampleRate = (typeof audioRecordingSampleRates)[number];
