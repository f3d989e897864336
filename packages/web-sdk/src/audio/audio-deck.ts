import { TypedEvents } from '../recorder/typed-events.ts';
import type { AudioRecorderSource } from './create-audio-recorder.ts';
import {
  AudioRecordingResult,
  type AudioRecordingCode,
  type AudioRecordingQuality,
  type AudioRecordingSampleRate,
} from './recording-numbers.ts';
import { planTake, type AudioRecordingConfig } from './take-plan.ts';
import { Take } from './take.ts';

/** What a deck tells. */
export interface AudioDeckEvents {
  /** `start`, later `finish` or `error`; or `errorSuffix` or `openFileFailed` alone. In order, after the method has returned. The path is as it was given; a picked file's is its name. */
  audioRecording: [code: AudioRecordingCode, filePath: string];
}

export interface AudioDeckOptions {
  /** What there is to hear now; asked when a recording starts and by {@link AudioDeck.follow}. */
  readonly sources: () => readonly AudioRecorderSource[];
  /** 0, or why nothing can be started now. Default: always 0. */
  readonly mayStart?: () => AudioRecordingResult;
}

/** The audio recording methods of NERTC's native SDKs for tracks of a page: one recording at a time, names and numbers as in `@tapedeck/node`. None of them throws. */
export class AudioDeck {
  readonly #options: AudioDeckOptions;
  readonly #events = new TypedEvents<AudioDeckEvents>();
  #running: Take | null = null;
  #last: Promise<void> = Promise.resolve();

  constructor(options: AudioDeckOptions) {
    this.#options = options;
  }

  /** Returns what takes the listener off again. */
  on<Name extends keyof AudioDeckEvents>(name: Name, listener: (...args: AudioDeckEvents[Name]) => void): () => void {
    return this.#events.on(name, listener);
  }

  off<Name extends keyof AudioDeckEvents>(name: Name, listener: (...args: AudioDeckEvents[Name]) => void): void {
    this.#events.off(name, listener);
  }

  /** Records everybody. See {@link AudioDeck.startAudioRecordingWithConfig}. */
  startAudioRecording(
    filePath: string | FileSystemFileHandle,
    sampleRate: AudioRecordingSampleRate,
    quality: AudioRecordingQuality,
  ): AudioRecordingResult {
    return this.startAudioRecordingWithConfig({ filePath, sampleRate, quality });
  }

  /**
   * Starts a recording; `start` tells that it records. One that runs is then completed and saved. Returns 0, or why nothing was started: 30003 a value is not allowed, or what `mayStart` answers. What is wrong
   * with the file comes as an event.
   */
  startAudioRecordingWithConfig(config: AudioRecordingConfig): AudioRecordingResult {
    const refusal = this.#options.mayStart?.() ?? AudioRecordingResult.ok;
    if (refusal !== AudioRecordingResult.ok) return refusal;
    const plan = planTake(config);
    if (plan === null) return AudioRecordingResult.invalidParam;
    const before = this.#running;
    const take = new Take({
      ...{ plan, sources: this.#options.sources, after: this.#last },
      tell: (code) => this.#events.emit('audioRecording', code, plan.name),
    });
    this.#running = take;
    void take.opened.then(() => before?.end()); // not sooner: nothing of the sound between them is lost
    this.#last = take.done.then(() => {
      if (this.#running === take) this.#running = null;
    });
    return AudioRecordingResult.ok;
  }

  /** Ends with the sound of this moment; `finish` follows as an event. Returns 0, or 30005 when nothing is being recorded. */
  stopAudioRecording(): AudioRecordingResult {
    if (this.#running === null || this.#running.hasEnded) return AudioRecordingResult.invalidState;
    this.#running.end();
    return AudioRecordingResult.ok;
  }

  /** Takes in tracks that came, went or were exchanged; does nothing while nothing is recorded. */
  follow(): void {
    this.#running?.follow();
  }

  /** Ends what runs and resolves when every file is complete. */
  async finish(): Promise<void> {
    this.stopAudioRecording();
    await this.#last;
  }
}
