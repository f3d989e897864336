import { AudioRecordingCycleTime, AudioRecordingPosition, AudioRecordingQuality, audioRecordingSampleRates } from './recording-numbers.ts';
import type { AudioRecordingSampleRate } from './recording-numbers.ts';

/** What {@link AudioRecording.startAudioRecordingWithConfig} takes. */
export interface AudioRecordingConfig {
  /** Absolute path that ends in `.wav` or `.aac`, in a folder that exists. A file that is there is replaced. */
  readonly filePath: string;
  /** Hz; default 32000. */
  readonly sampleRate?: AudioRecordingSampleRate;
  /** Default `medium` (1); AAC only. */
  readonly quality?: AudioRecordingQuality;
  /** Default everybody (0). */
  readonly position?: AudioRecordingPosition;
  /** Seconds; default 0. With N the file is written when the recording stops, and holds the last N seconds before that. */
  readonly cycleTime?: AudioRecordingCycleTime;
}

/** The frozen description of one recording, every default filled in. */
export interface RecordingPlan {
  readonly filePath: string;
  readonly sampleRateHz: AudioRecordingSampleRate;
  readonly quality: AudioRecordingQuality;
  readonly position: AudioRecordingPosition;
  /** 0: everything is kept. */
  readonly cycleS: AudioRecordingCycleTime;
}

/** The plan of a configuration, or null when one of its values is none of those allowed. The path is judged when it is opened. */
export function readPlan(config: AudioRecordingConfig): RecordingPlan | null {
  if (config === null || typeof config !== 'object') return null;
  const { filePath, sampleRate = 32_000, quality = 1, position = 0, cycleTime = 0 } = config;
  const isRight =
    typeof filePath === 'string' &&
    filePath !== '' &&
    !filePath.includes('\0') &&
    audioRecordingSampleRates.includes(sampleRate) &&
    Object.values(AudioRecordingQuality).includes(quality) &&
    Object.values(AudioRecordingPosition).includes(position) &&
    Object.values(AudioRecordingCycleTime).includes(cycleTime);
  return isRight ? Object.freeze({ filePath, sampleRateHz: sampleRate, quality, position, cycleS: cycleTime }) : null;
}
