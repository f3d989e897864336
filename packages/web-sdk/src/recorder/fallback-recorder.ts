import { RecorderFailedError, RecorderStateError, RecorderUnsupportedError } from '../errors.ts';
import type { Ending, RecordingPlan } from '../worker/plan.ts';
import { keepFile } from './keep-file.ts';
import { planLayout, type RecorderLayout, type RecorderSource } from './options.ts';
import { PagePicture } from './page-picture.ts';
import type { RecordedMedia, Recorder, RecorderEvents } from './recorder.ts';
import { TypedEvents } from './typed-events.ts';
import { WorkerLink } from './worker-link.ts';

const sliceMs = 1000;
const mimeTypes: Readonly<Record<string, readonly string[]>> = {
  mp4: ['video/mp4;codecs=avc1.42E01E,mp4a.40.2', 'video/mp4;codecs=avc1.42E01E,opus', 'video/mp4'],
  webm: ['video/webm;codecs=vp8,opus', 'video/webm'],
};

/**
 * Records with the browser's own `MediaRecorder`: the picture is drawn in the page, each second of bytes goes to disk, and at the end the file is written anew with its duration. For browsers without
 * WebCodecs; costs the page what the worker costs elsewhere.
 */
export class FallbackRecorder implements Recorder {
  readonly #plan: RecordingPlan;
  readonly #target: 'private' | FileSystemFileHandle;
  readonly #link: WorkerLink;
  readonly #events = new TypedEvents<RecorderEvents>();
  readonly #picture: PagePicture | null;
  readonly #context: AudioContext | null;
  readonly #sound: MediaStreamAudioDestinationNode | null;
  readonly #nodes = new Map<string, MediaStreamAudioSourceNode[]>();
  readonly #recorder: MediaRecorder;
  #appended: Promise<unknown> = Promise.resolve();
  #bytes = 0;
  #recordedMs = 0;
  #runningSinceMs: number | null = null;
  #state: Recorder['state'] = 'recording';
  #stopped: Promise<RecordedMedia> | null = null;

  private constructor(plan: RecordingPlan, mimeType: string, target: 'private' | FileSystemFileHandle) {
    this.#plan = plan;
    this.#target = target;
    this.#picture = plan.video === null ? null : new PagePicture(plan.video, plan.layout);
    this.#context = plan.audio === null ? null : new AudioContext({ sampleRate: plan.audio.rateHz });
    this.#sound = this.#context?.createMediaStreamDestination() ?? null;
    this.#link = new WorkerLink({ ended: ({ reason }) => this.#ended(reason), broke: () => this.#ended('failed') });
    const tracks = [...(this.#picture?.stream.getTracks() ?? []), ...(this.#sound?.stream.getTracks() ?? [])];
    this.#recorder = new MediaRecorder(new MediaStream(tracks), {
      mimeType,
      ...(plan.video === null ? {} : { videoBitsPerSecond: plan.video.bitrateBps }),
      ...(plan.audio === null ? {} : { audioBitsPerSecond: plan.audio.bitrateBps }),
    });
    this.#recorder.ondataavailable = ({ data }) => this.#append(data);
    this.#recorder.onerror = () => this.#ended('failed');
  }

  /** The wanted container when the browser writes it, else the other one. @throws {RecorderUnsupportedError} RECORDER_UNSUPPORTED for neither. */
  static async open(
    wanted: RecordingPlan,
    sources: readonly RecorderSource[],
    target: 'private' | FileSystemFileHandle,
  ): Promise<FallbackRecorder> {
    const formats = wanted.format === 'webm' ? (['webm', 'mp4'] as const) : (['mp4', 'webm'] as const);
    for (const format of formats) {
      const video = (mimeTypes[format] ?? []).find((type) =>
        MediaRecorder.isTypeSupported(wanted.video === null ? type.replace('video', 'audio') : type),
      );
      if (video === undefined) continue;
      const mimeType = wanted.video === null ? video.replace('video', 'audio') : video;
      const recorder = new FallbackRecorder({ ...wanted, format }, mimeType, target);
      await recorder.#link.call({ do: 'open', plan: recorder.#plan });
      for (const source of sources) recorder.addSource(source);
      await recorder.#context?.resume();
      recorder.#recorder.start(sliceMs);
      recorder.#runningSinceMs = performance.now();
      return recorder;
    }
    throw new RecorderUnsupportedError('The MediaRecorder of this browser writes neither MP4 nor WebM.');
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

  #append(data: Blob): void {
    if (data.size === 0) return;
    this.#appended = this.#appended.then(async () => {
      const bytes = new Uint8Array(await data.arrayBuffer());
      this.#bytes += bytes.length;
      await this.#link.call({ do: 'append', bytes }, [bytes.buffer]);
      this.#events.emit('progress', { bytes: this.#bytes, durationMs: this.#durationMs(), droppedFrames: 0 });
    });
    this.#appended.catch(() => this.#ended('failed'));
  }

  #durationMs(): number {
    return this.#recordedMs + (this.#runningSinceMs === null ? 0 : performance.now() - this.#runningSinceMs);
  }

  #halt(): void {
    this.#recordedMs = this.#durationMs();
    this.#runningSinceMs = null;
  }

  pause(): void {
    if (this.#state !== 'recording') return;
    this.#state = 'paused';
    this.#recorder.pause();
    this.#halt();
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'recording';
    this.#recorder.resume();
    this.#runningSinceMs = performance.now();
  }

  addSource({ id, video, screen, audio, screenAudio }: RecorderSource): void {
    if (this.#state === 'stopped') throw new RecorderStateError('The recording has ended.');
    this.removeSource(id);
    this.#picture?.add(id, false, video ?? null);
    if (screen) this.#picture?.add(id, true, screen);
    const { context, sound } = { context: this.#context, sound: this.#sound };
    if (context === null || sound === null) return;
    const tracks = [audio, screenAudio].filter((track) => track !== null && track !== undefined);
    const nodes = tracks.map((track) => context.createMediaStreamSource(new MediaStream([track])));
    for (const node of nodes) node.connect(sound);
    this.#nodes.set(id, nodes);
  }

  removeSource(id: string): void {
    this.#picture?.remove(id);
    for (const node of this.#nodes.get(id) ?? []) node.disconnect();
    this.#nodes.delete(id);
  }

  setLayout(layout: RecorderLayout): void {
    this.#picture?.setLayout(planLayout(layout));
  }

  #ended(reason: Ending['reason']): void {
    if (this.#state === 'stopped') return;
    this.#state = 'stopped';
    this.#halt();
    if (this.#recorder.state !== 'inactive') this.#recorder.stop();
    this.#picture?.close();
    this.#events.emit('ended', reason);
  }

  stop(): Promise<RecordedMedia> {
    this.#stopped ??= this.#finish();
    return this.#stopped;
  }

  async #finish(): Promise<RecordedMedia> {
    const durationMs = this.#durationMs();
    const { promise: last, resolve } = Promise.withResolvers<void>();
    if (this.#recorder.state === 'inactive') resolve();
    else {
      this.#recorder.onstop = () => resolve();
      this.#recorder.stop();
    }
    await last;
    await this.#appended.catch(() => undefined);
    try {
      const ending = await this.#link.stop();
      await this.#link.recover(this.id);
      this.#ended(ending.reason);
      return await keepFile(this.id, { ...ending, durationMs }, this.#target);
    } catch (cause) {
      this.#ended('failed');
      throw new RecorderFailedError('Nothing was recorded before the recorder was stopped.', { cause });
    } finally {
      await this.#context?.close();
      this.#link.close();
    }
  }
}
