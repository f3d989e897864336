import { openSoundInput, type SoundInput } from '../audio/sound-input.ts';
import { RecorderFailedError, RecorderStateError, RecorderStorageError } from '../errors.ts';
import type { Ending, Progress, RecordingPlan } from '../worker/plan.ts';
import { keepFile } from './keep-file.ts';
import { LipSync } from './lip-sync.ts';
import { planLayout, type RecorderLayout, type RecorderSource } from './options.ts';
import { picturesOf } from './pictures-of.ts';
import { TypedEvents } from './typed-events.ts';
import { WorkerLink } from './worker-link.ts';

/** A finished recording. */
export interface RecordedMedia {
  readonly id: string;
  /** On disk; nothing of it is in memory until it is read. */
  readonly file: File;
  readonly durationMs: number;
  readonly sizeBytes: number;
  readonly droppedFrames: number;
  /** `storage-full`: the disk or the quota ended it; everything until then is in the file. */
  readonly endReason: Ending['reason'];
  /** Where the file is. `private` although a file was picked: it could not be written, see `targetError`. */
  readonly savedTo: 'private' | 'picked';
  readonly targetError: string | null;
}

/** Events of a recorder. */
export interface RecorderEvents {
  /** Twice a second. */
  progress: [progress: Progress];
  /** Once, when it is stopped or ends by itself. The file comes from `stop()`. */
  ended: [reason: Ending['reason']];
}

/** What both kinds of recorder can do. */
export interface Recorder {
  readonly id: string;
  readonly state: 'recording' | 'paused' | 'stopped';
  on<Name extends keyof RecorderEvents>(name: Name, listener: (...args: RecorderEvents[Name]) => void): () => void;
  off<Name extends keyof RecorderEvents>(name: Name, listener: (...args: RecorderEvents[Name]) => void): void;
  /** Nothing until `resume()` is in the file; the pause leaves no gap. Idempotent. */
  pause(): void;
  /** Idempotent. */
  resume(): void;
  /** Adds a source, or takes the place of the one with its id. @throws {RecorderStateError} RECORDER_STATE after the end. */
  addSource(source: RecorderSource): void;
  /** Does nothing when there is none of that id. */
  removeSource(id: string): void;
  /** @throws {ValidationError} INVALID_REQUEST for an unknown layout. */
  setLayout(layout: RecorderLayout): void;
  /**
   * Ends the recording and resolves with its file; called again, with the same one.
   *
   * @throws {RecorderFailedError} RECORDER_FAILED when nothing playable was recorded.
   */
  stop(): Promise<RecordedMedia>;
}

/** Records with WebCodecs in a worker: draws, mixes, encodes and writes to disk as it goes. Made by `createRecorder`. */
export class WebCodecsRecorder implements Recorder {
  readonly #plan: RecordingPlan;
  readonly #target: 'private' | FileSystemFileHandle;
  readonly #link: WorkerLink;
  #sound: SoundInput | null = null;
  readonly #lipSync = new LipSync((id, ms) => {
    this.#sound?.setDelay(id, Math.max(0, -ms));
    if (this.#state !== 'stopped') this.#send({ do: 'delay', id, ms: Math.max(0, ms) });
  });
  readonly #events = new TypedEvents<RecorderEvents>();
  /** A source that is replaced keeps its place. */
  readonly #places = new Map<string, number>();
  #state: Recorder['state'] = 'recording';
  #stopped: Promise<RecordedMedia> | null = null;

  private constructor(plan: RecordingPlan, target: 'private' | FileSystemFileHandle) {
    this.#plan = plan;
    this.#target = target;
    this.#link = new WorkerLink({
      progress: (progress) => this.#events.emit('progress', progress),
      ended: ({ reason }) => this.#ended(reason),
      broke: () => this.#ended('failed'),
    });
  }

  /** Resolves when it records. @throws {TapedeckError} see `createRecorder`. */
  static async open(
    plan: RecordingPlan,
    sources: readonly RecorderSource[],
    target: 'private' | FileSystemFileHandle,
  ): Promise<WebCodecsRecorder> {
    const recorder = new WebCodecsRecorder(plan, target);
    try {
      await recorder.#link.call({ do: 'open', plan });
      if (recorder.state === 'stopped') throw new RecorderStorageError('There is no room for a recording.');
      if (plan.audio !== null) recorder.#sound = await openSoundInput(plan.audio, recorder.#link);
      for (const source of sources) recorder.addSource(source);
      return recorder;
    } catch (cause) {
      await recorder.#close();
      throw cause;
    }
  }

  get id(): string {
    return this.#plan.id;
  }

  get state(): Recorder['state'] {
    return this.#state;
  }

  on<Name extends keyof RecorderEvents>(name: Name, listener: (...args: RecorderEvents[Name]) => void): () => void {
    return this.#events.on(name, listener);
  }

  off<Name extends keyof RecorderEvents>(name: Name, listener: (...args: RecorderEvents[Name]) => void): void {
    this.#events.off(name, listener);
  }

  pause(): void {
    if (this.#state === 'recording') this.#send({ do: 'pause' }, 'paused');
  }

  resume(): void {
    if (this.#state === 'paused') this.#send({ do: 'resume' }, 'recording');
  }

  #send(ask: Parameters<WorkerLink['call']>[0], state: Recorder['state'] = this.#state): void {
    this.#state = state;
    void this.#link.call(ask).catch((error: unknown) => reportError(error));
  }

  addSource({ id, video, screen, audio, screenAudio, receivers = null }: RecorderSource): void {
    if (this.#state === 'stopped') throw new RecorderStateError('The recording has ended.');
    this.removeSource(id);
    const order = this.#places.get(id) ?? this.#places.size;
    this.#places.set(id, order);
    const levels = audio && this.#sound ? this.#sound.add(id, audio) : null;
    if (screenAudio) this.#sound?.add(screenKey(id), screenAudio);
    this.#addPicture(id, false, order, video ?? null, levels);
    if (screen) this.#addPicture(id, true, order, screen, null);
    this.#lipSync.watch(id, receivers);
  }

  #addPicture(id: string, isScreen: boolean, order: number, track: MediaStreamTrack | null, levels: MessagePort | null): void {
    const pictures = this.#plan.video === null || track === null ? null : picturesOf(track);
    const transfer = [pictures, levels].filter((item) => item !== null) as Transferable[];
    void this.#link.call({ do: 'add', id, isScreen, order, pictures, levels }, transfer).catch((error: unknown) => reportError(error));
  }

  removeSource(id: string): void {
    if (this.#state === 'stopped') return;
    this.#lipSync.watch(id, null);
    this.#sound?.remove(id);
    this.#sound?.remove(screenKey(id));
    this.#send({ do: 'remove', id });
  }

  setLayout(layout: RecorderLayout): void {
    const plan = planLayout(layout);
    if (this.#state !== 'stopped') this.#send({ do: 'set-layout', layout: plan });
  }

  #ended(reason: Ending['reason']): void {
    if (this.#state === 'stopped') return;
    this.#state = 'stopped';
    this.#lipSync.close();
    void this.#sound?.close();
    this.#events.emit('ended', reason);
  }

  stop(): Promise<RecordedMedia> {
    this.#stopped ??= this.#finish();
    return this.#stopped;
  }

  async #finish(): Promise<RecordedMedia> {
    try {
      const ending = await this.#link.stop();
      if (!ending.isWhole || this.#plan.cycleS > 0) await this.#link.recover(this.id);
      this.#ended(ending.reason);
      return await keepFile(this.id, ending, this.#target);
    } catch (cause) {
      this.#ended('failed');
      if (cause instanceof RecorderStateError)
        throw new RecorderFailedError('Nothing was recorded before the recorder was stopped.', { cause });
      throw cause;
    } finally {
      await this.#close();
    }
  }

  async #close(): Promise<void> {
    this.#lipSync.close();
    await this.#sound?.close();
    this.#link.close();
  }
}

function screenKey(id: string): string {
  return `${id} (screen)`;
}
