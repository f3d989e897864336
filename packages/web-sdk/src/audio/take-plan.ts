import {
  AudioRecordingCycleTime,
  AudioRecordingPosition,
  AudioRecordingQuality,
  audioRecordingSampleRates,
  type AudioRecordingSampleRate,
} from './recording-numbers.ts';

/** What {@link AudioDeck.startAudioRecordingWithConfig} takes. */
export interface AudioRecordingConfig {
  /**
   * Ends in `.wav` or `.aac`. A text is a path in the origin's private file system, in folders that exist; a handle is a file that the user picked. A file that is there is replaced when the recording
   * ends.
   */
  readonly filePath: string | FileSystemFileHandle;
  /** Hz; default 32000. */
  readonly sampleRate?: AudioRecordingSampleRate;
  /** Default `medium` (1); AAC only. */
  readonly quality?: AudioRecordingQuality;
  /** Default everybody (0). */
  readonly position?: AudioRecordingPosition;
  /** Seconds; default 0. With N the file holds the last N seconds before the stop. */
  readonly cycleTime?: AudioRecordingCycleTime;
}

/** The frozen description of one recording, every default filled in. */
export interface TakePlan {
  readonly file: string | FileSystemFileHandle;
  /** The path, or the picked file's name. */
  readonly name: string;
  readonly sampleRateHz: AudioRecordingSampleRate;
  readonly quality: AudioRecordingQuality;
  readonly position: AudioRecordingPosition;
  /** 0: everything is kept. */
  readonly cycleS: AudioRecordingCycleTime;
}

/** The plan of a configuration, or null when one of its values is none of those allowed. The file is judged when it is opened. */
export function planTake(config: AudioRecordingConfig): TakePlan | null {
  if (config === null || typeof config !== 'object') return null;
  const { filePath, sampleRate = 32_000, quality = 1, position = 0, cycleTime = 0 } = config;
  const name = nameOf(filePath);
  const isRight =
    name !== null &&
    audioRecordingSampleRates.includes(sampleRate) &&
    Object.values(AudioRecordingQuality).includes(quality) &&
    Object.values(AudioRecordingPosition).includes(position) &&
    Object.values(AudioRecordingCycleTime).includes(cycleTime);
  return isRight ? Object.freeze({ file: filePath, name, sampleRateHz: sampleRate, quality, position, cycleS: cycleTime }) : null;
}

function nameOf(filePath: string | FileSystemFileHandle): string | null {
  if (typeof filePath === 'string') return filePath === '' || filePath.includes('\0') ? null : filePath;
  return typeof filePath === 'object' && filePath?.kind === 'file' ? filePath.name : null;
}
