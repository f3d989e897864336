import { createAudioRecorder, type AudioRecorder, type AudioRecorderSource } from './create-audio-recorder.ts';
import { openTarget, type OpenTarget } from './open-target.ts';
import { AudioRecordingCode } from './recording-numbers.ts';
import type { TakePlan } from './take-plan.ts';

const formats = { '.wav': 'wav', '.aac': 'aac' } as const;
const qualities = ['low', 'medium', 'high'] as const;
const positions = ['mixed', 'local', 'remote'] as const;

export interface TakeOptions {
  readonly plan: TakePlan;
  /** What there is to hear now. */
  readonly sources: () => readonly AudioRecorderSource[];
  /** Resolves when every take before has told its end. */
  readonly after: Promise<void>;
  readonly tell: (code: AudioRecordingCode) => void;
}

interface Opened {
  readonly recorder: AudioRecorder;
  readonly target: OpenTarget;
}

/** One recording on its way into one file. It tells its start and exactly one end, after those of the takes before it, and never throws. */
export class Take {
  /** Resolves when it records, or it is known that it will not. */
  readonly opened: Promise<void>;
  /** Resolves when the file is complete and its end has been told. */
  readonly done: Promise<void>;
  readonly #options: TakeOptions;
  #recorder: AudioRecorder | null = null;
  #heard = new Map<string, AudioRecorderSource>();
  #hasEnded = false;
  #askEnd: () => void = () => undefined;
  readonly #endAsked = new Promise<void>((resolve) => (this.#askEnd = resolve));

  constructor(options: TakeOptions) {
    this.#options = options;
    const opening = this.#open();
    this.opened = opening.then(() => undefined);
    this.done = this.#run(opening);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Ends with the sound of this moment. Idempotent. */
  end(): void {
    this.#hasEnded = true;
    this.#recorder?.pause(); // the file may have to wait for one before it that has the same path
    this.#askEnd();
  }

  /** Takes in what has changed since the last look. */
  follow(): void {
    const recorder = this.#recorder;
    if (recorder === null || this.#hasEnded) return;
    const wanted = new Map(this.#options.sources().map((source) => [source.id, source]));
    for (const id of this.#heard.keys()) if (!wanted.has(id)) recorder.removeSource(id);
    for (const [id, source] of wanted) if (this.#heard.get(id)?.audio !== source.audio) recorder.addSource(source);
    this.#heard = wanted;
  }

  async #open(): Promise<Opened | AudioRecordingCode> {
    const { plan, sources } = this.#options;
    const suffix = /\.[^./]*$/.exec(plan.name)?.[0].toLowerCase();
    if (suffix !== '.wav' && suffix !== '.aac') return AudioRecordingCode.errorSuffix;
    try {
      const target = await openTarget(plan.file);
      const heard = sources();
      const recorder = await createAudioRecorder({
        ...{ sources: heard, target: target.handle, name: plan.name, format: formats[suffix] },
        ...{ sampleRateHz: plan.sampleRateHz, quality: qualities[plan.quality], position: positions[plan.position], cycleS: plan.cycleS },
      }).catch(async (cause: unknown) => {
        await target.discard();
        throw cause;
      });
      this.#heard = new Map(heard.map((source) => [source.id, source]));
      this.#recorder = recorder;
      recorder.on('ended', () => this.end());
      if (this.#hasEnded) recorder.pause();
      else this.follow();
      return { recorder, target };
    } catch (cause) {
      console.error(`${plan.name} cannot be recorded:`, cause);
      return AudioRecordingCode.openFileFailed;
    }
  }

  async #run(opening: Promise<Opened | AudioRecordingCode>): Promise<void> {
    const { after, plan, tell } = this.#options;
    const [opened] = await Promise.all([opening, after]);
    if (typeof opened === 'number') return tell(opened);
    tell(AudioRecordingCode.start);
    await this.#endAsked;
    try {
      const { endReason, targetError } = await opened.recorder.stop();
      if (targetError !== null) console.error(`${plan.name} is kept with the recordings: ${targetError}`);
      tell(endReason === 'stopped' && targetError === null ? AudioRecordingCode.finish : AudioRecordingCode.error);
    } catch (cause) {
      console.error(`${plan.name} could not be completed:`, cause);
      await opened.target.discard();
      tell(AudioRecordingCode.error);
    }
  }
}
