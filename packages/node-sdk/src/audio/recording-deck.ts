import { EventEmitter } from 'node:events';
import { FileRecording } from './file-recording.ts';
import { AudioRecordingPosition, AudioRecordingResult } from './recording-numbers.ts';
import type { AudioRecordingCode, AudioRecordingQuality, AudioRecordingSampleRate } from './recording-numbers.ts';
import { readPlan, type AudioRecordingConfig } from './recording-plan.ts';

/** What a recorder tells. */
export interface AudioRecordingEvents {
  /** `start`, later `finish` or `error`; or `errorSuffix` or `openFileFailed` alone. In order, after the method has returned. */
  audioRecording: [code: AudioRecordingCode, filePath: string];
}

/** The recording methods of NERTC: one recording at a time. None of them throws. */
export interface AudioRecording {
  /** Records everybody into a file, at once. See {@link AudioRecording.startAudioRecordingWithConfig}. */
  startAudioRecording(filePath: string, sampleRate: AudioRecordingSampleRate, quality: AudioRecordingQuality): AudioRecordingResult;
  /**
   * Starts with the sound of this moment. A recording that runs is completed and saved first. Returns 0, or why nothing was started: 30003 a value is not allowed,
   * 30101 not in the room, 30005 closed. What is wrong with the path comes as an event.
   */
  startAudioRecordingWithConfig(config: AudioRecordingConfig): AudioRecordingResult;
  /** Ends with the sound of this moment; `finish` follows as an event. Returns 0, or 30005 when nothing is being recorded. */
  stopAudioRecording(): AudioRecordingResult;
}

export interface RecordingDeckOptions {
  /** Of all sound that is pushed. */
  readonly sampleRateHz: number;
  /** Number of the sample that is heard now: where a recording starts and stops. */
  readonly now: () => number;
  /** 0, or why nothing can be started now. */
  readonly mayStart: () => AudioRecordingResult;
}

interface Running {
  readonly recording: FileRecording;
  readonly from: number;
  /** Number of the first sample that is not recorded; null: not known yet. */
  to: number | null;
}

/** Hands a sound to the one recording that runs, and to those before it that are not complete yet, exactly from and to the samples of their start and stop. */
export class RecordingDeck extends EventEmitter<AudioRecordingEvents> implements AudioRecording {
  readonly #options: RecordingDeckOptions;
  #all: Running[] = [];
  #last: Promise<void> = Promise.resolve();
  /** Number of the first sample that has not been pushed. */
  #pushed = 0;

  constructor(options: RecordingDeckOptions) {
    super();
    this.#options = options;
  }

  /** False: nothing needs to be pushed. */
  get isRecording(): boolean {
    return this.#all.length > 0;
  }

  startAudioRecording(filePath: string, sampleRate: AudioRecordingSampleRate, quality: AudioRecordingQuality): AudioRecordingResult {
    return this.startAudioRecordingWithConfig({ filePath, sampleRate, quality });
  }

  startAudioRecordingWithConfig(config: AudioRecordingConfig): AudioRecordingResult {
    const refusal = this.#options.mayStart();
    if (refusal !== AudioRecordingResult.ok) return refusal;
    const plan = readPlan(config);
    if (plan === null) return AudioRecordingResult.invalidParam;
    this.stopAudioRecording();
    const recording = new FileRecording({
      plan,
      sourceRateHz: this.#options.sampleRateHz,
      after: this.#last,
      tell: (code) => queueMicrotask(() => this.emit('audioRecording', code, plan.filePath)),
    });
    const running: Running = { recording, from: this.#options.now(), to: null };
    this.#all.push(running);
    this.#last = recording.done.then(() => {
      this.#all = this.#all.filter((other) => other !== running);
    });
    return AudioRecordingResult.ok;
  }

  stopAudioRecording(): AudioRecordingResult {
    const running = this.#all.find(({ to }) => to === null);
    if (running === undefined) return AudioRecordingResult.invalidState;
    running.to = this.#options.now();
    if (this.#pushed >= running.to || running.to <= running.from) running.recording.end();
    return AudioRecordingResult.ok;
  }

  /** Takes the sums of both sides (of equal length, copied) from sample number `first` on. Numbers never go back; what they leave out is not recorded. */
  push(first: number, local: Int32Array, remote: Int32Array): void {
    this.#pushed = first + local.length;
    for (const { recording, from, to } of this.#all) {
      const begin = Math.max(0, from - first);
      const end = Math.min(local.length, (to ?? Infinity) - first);
      if (end > begin) recording.push(chosen(recording.plan.position, local.subarray(begin, end), remote.subarray(begin, end)));
      if (to !== null && this.#pushed >= to) recording.end();
    }
  }

  /** Resolves when little waits for the disk. */
  async room(): Promise<void> {
    await Promise.all(this.#all.map(async ({ recording }) => await recording.room()));
  }

  /** Ends what runs, whatever has not been pushed, and resolves when every file is closed. */
  async finish(): Promise<void> {
    this.stopAudioRecording();
    for (const { recording } of this.#all) recording.end();
    await this.#last;
  }
}

function chosen(position: AudioRecordingPosition, local: Int32Array, remote: Int32Array): Int32Array {
  if (position === AudioRecordingPosition.recording) return local.slice();
  if (position === AudioRecordingPosition.mixedPlayback) return remote.slice();
  return local.map((sample, index) => sample + remote[index]!);
}
