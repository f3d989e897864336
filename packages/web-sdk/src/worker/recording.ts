import { lockOf, mediaFile, recordingFolder, recordingsFolder, writeManifest, type Manifest } from '../store/recording-store.ts';
import { Compositor } from './compositor.ts';
import { CycleRing } from './cycle-ring.ts';
import { DiskFile } from './disk-file.ts';
import { holdLock } from './hold-lock.ts';
import { MediaOutput } from './media-output.ts';
import type { MediaSink } from './media-sink.ts';
import type { Ending, EndReason, LayoutPlan, Progress, RecordingPlan } from './plan.ts';
import { RecordedTime } from './recorded-time.ts';
import { SampleClock } from './sample-clock.ts';
import { TrackMixer } from './track-mixer.ts';
import { WavFile } from './wav-file.ts';

const progressMs = 500;
const clockRateHz = 48_000;

/** A block of mixed sound as the worklet sends it. */
export interface SoundBlock {
  /** The audio context's number of the first sample. */
  readonly frame: number;
  /** Channels one after the other. */
  readonly planes: Float32Array<ArrayBuffer>;
}

/** What a recording tells while it runs. */
export interface RecordingListener {
  progress(progress: Progress): void;
  /** Once, whatever the reason. */
  ended(ending: Ending): void;
}

/** One recording inside its worker: takes pictures and sound, draws, encodes, writes. Has its own timer, so that it runs on in a hidden tab. */
export class Recording {
  readonly #plan: RecordingPlan;
  readonly #folder: FileSystemDirectoryHandle;
  readonly #disk: DiskFile;
  readonly #listener: RecordingListener;
  readonly #release: () => void;
  readonly #clock: SampleClock;
  readonly #time = new RecordedTime();
  readonly #rateHz: number;
  readonly #startedAtMs = Date.now();
  #sink: MediaSink | null = null;
  #compositor: Compositor | null = null;
  #mixer: TrackMixer | null = null;
  #soundPort: MessagePort | null = null;
  #pictureTimer: ReturnType<typeof setTimeout> | undefined;
  #progressTimer: ReturnType<typeof setInterval> | undefined;
  #nextPicture = 0;
  #soundEnd = 0;
  #soundFrames = 0;
  #foreignBytes = 0;
  #dropped = 0;
  #isEnding = false;
  #ending: Promise<Ending> | null = null;

  private constructor(
    plan: RecordingPlan,
    folder: FileSystemDirectoryHandle,
    disk: DiskFile,
    release: () => void,
    listener: RecordingListener,
  ) {
    this.#plan = plan;
    this.#folder = folder;
    this.#disk = disk;
    this.#release = release;
    this.#listener = listener;
    this.#rateHz = plan.audio?.rateHz ?? clockRateHz;
    this.#clock = new SampleClock(this.#rateHz);
  }

  /**
   * Makes the recording's folder and file and begins to draw; sound begins with {@link Recording.connectSound}.
   *
   * @throws {RecorderUnsupportedError} RECORDER_UNSUPPORTED when this browser has no fitting encoder or no private file system.
   */
  static async open(plan: RecordingPlan, listener: RecordingListener): Promise<Recording> {
    const release = await holdLock(lockOf(plan.id));
    const folder = await recordingFolder(plan.id, true);
    let recording: Recording | null = null;
    const file = await mediaFile(folder, plan.cycleS > 0 ? 'ring' : 'media', true);
    const disk = await DiskFile.open(file, () => queueMicrotask(() => void recording?.end('storage-full')));
    try {
      recording = new Recording(plan, folder, disk, release, listener);
      await recording.#begin();
      return recording;
    } catch (cause) {
      disk.close();
      release();
      await (await recordingsFolder()).removeEntry(plan.id, { recursive: true }).catch(() => undefined);
      throw cause;
    }
  }

  async #begin(): Promise<void> {
    await writeManifest(this.#folder, this.#manifest('recording', null));
    if (!this.#plan.isForeign) this.#sink = await this.#openSink();
    if (this.#plan.video !== null && !this.#plan.isForeign) {
      this.#compositor = new Compositor(this.#plan.video, this.#plan.layout);
      this.#drawOn();
    }
    const { audio } = this.#plan;
    if (audio !== null && this.#plan.mixesTracks && !this.#plan.isForeign) {
      const onBlock = (frame: number, planes: Float32Array<ArrayBuffer>): void => this.#takeSound({ frame, planes });
      this.#mixer = new TrackMixer(audio.rateHz, audio.channels, onBlock, (id, level) =>
        this.#compositor?.heard(id, level, performance.now() * 1000),
      );
    }
    if (this.#mixer !== null) this.#time.begin(0);
    else if (audio === null) this.#time.begin(this.#nowFrame());
    this.#progressTimer = setInterval(() => this.#listener.progress(this.#progress()), progressMs);
  }

  async #openSink(): Promise<MediaSink> {
    const { format, video, audio } = this.#plan;
    const onFailure = (cause: unknown): void => this.#fail(cause);
    const { ring } = this.#manifest('recording', null);
    if (ring !== null) return new CycleRing(this.#disk, ring, onFailure);
    if (format === 'wav' && audio !== null) return new WavFile(this.#disk, audio.rateHz, audio.channels, onFailure);
    return MediaOutput.open({ format, video, audio }, this.#disk, onFailure);
  }

  #fail(cause: unknown): void {
    console.error('Recording failed:', cause);
    void this.end(this.#disk.isFull ? 'storage-full' : 'failed');
  }

  #manifest(state: Manifest['state'], durationMs: number | null): Manifest {
    const { id, name, format, isForeign, audio, cycleS } = this.#plan;
    const ring =
      cycleS > 0 && audio !== null && durationMs === null
        ? { rateHz: audio.rateHz, channels: audio.channels, capacity: cycleS * audio.rateHz, bitrateBps: audio.bitrateBps }
        : null;
    return { id, name, format, startedAtMs: this.#startedAtMs, state, durationMs, isForeign, ring };
  }

  /** Takes blocks from the worklet's port; the first one is the beginning of the recording. */
  connectSound(port: MessagePort): void {
    this.#soundPort = port;
    port.onmessage = ({ data }: MessageEvent<SoundBlock>) => this.#takeSound(data);
  }

  #takeSound({ frame, planes }: SoundBlock): void {
    const { audio } = this.#plan;
    if (audio === null || this.#ending !== null) return;
    const frames = planes.length / audio.channels;
    if (this.#mixer === null) {
      this.#clock.push(frame + frames, performance.now());
      this.#time.begin(frame);
    }
    this.#soundEnd = frame + frames;
    if (this.#time.isPaused) return;
    this.#sink?.addSound(planes, audio.channels, audio.rateHz, this.#soundFrames);
    this.#soundFrames += frames;
  }

  #nowFrame(): number {
    if (this.#mixer !== null) return this.#mixer.nowFrame();
    if (this.#plan.audio === null) return (performance.now() * this.#rateHz) / 1000;
    return this.#clock.frameAt(performance.now());
  }

  #drawOn(): void {
    this.#drawWhenDue().catch((cause: unknown) => this.#fail(cause));
  }

  /** Draws the picture that is due and comes back for the next one. */
  async #drawWhenDue(): Promise<void> {
    const { video } = this.#plan;
    if (video === null || this.#ending !== null) return;
    const frame = this.#time.at(this.#nowFrame());
    const isWaiting = frame === null || (this.#plan.audio !== null && this.#mixer === null && !this.#clock.isRunning);
    // A picture stands for the time from its own to the next one's: it shows what is there in the middle of that.
    const due = isWaiting ? -1 : Math.floor((frame * video.fps) / this.#rateHz - 0.5);
    if (due >= this.#nextPicture) await this.#draw(due, video.fps);
    if (this.#isEnding) return;
    const now = isWaiting ? null : this.#time.at(this.#nowFrame()); // drawing took its time
    const aheadMs = now === null ? 5 : (((this.#nextPicture + 0.5) * this.#rateHz) / video.fps - now) * (1000 / this.#rateHz);
    this.#pictureTimer = setTimeout(() => this.#drawOn(), Math.min(1000, Math.max(0, aheadMs)));
  }

  async #draw(picture: number, fps: number): Promise<void> {
    this.#dropped += picture - this.#nextPicture;
    this.#nextPicture = picture + 1;
    if (this.#sink?.canTakePicture !== true || this.#compositor === null) {
      this.#dropped++;
      return;
    }
    const timestamp = Math.round((picture * 1e6) / fps);
    const time = { timestamp, duration: Math.round(((picture + 1) * 1e6) / fps) - timestamp };
    const frame = await this.#compositor.draw(time);
    if (this.#isEnding) frame.close();
    else this.#sink.addPicture(frame);
  }

  add(id: string, isScreen: boolean, order: number, pictures: ReadableStream<VideoFrame> | null, levels: MessagePort | null): void {
    this.#compositor?.add(id, isScreen, order, pictures);
    if (levels === null) return;
    levels.onmessage = ({ data }: MessageEvent<number>) => this.#compositor?.heard(id, data, performance.now() * 1000);
  }

  remove(id: string): void {
    this.#compositor?.remove(id);
  }

  /** Shows a source's pictures so much later, from now on. */
  delay(id: string, ms: number): void {
    this.#compositor?.delay(id, ms);
  }

  setLayout(layout: LayoutPlan): void {
    this.#compositor?.setLayout(layout);
  }

  /** Idempotent. Sound pauses at the end of the block that came last. */
  pause(): void {
    if (!this.#time.isPaused) this.#time.pause(this.#edge());
  }

  /** Idempotent. */
  resume(): void {
    if (this.#time.isPaused) this.#time.resume(this.#edge());
  }

  /** The sample at which sound is cut: everything before it has been taken, nothing after it. */
  #edge(): number {
    if (this.#mixer === null) return this.#plan.audio === null ? this.#nowFrame() : this.#soundEnd;
    this.#mixer.mixUntil(Math.floor(this.#mixer.nowFrame()));
    return this.#soundEnd;
  }

  /** Takes a track's sound, or with null no more of it. */
  hear(id: string, sound: ReadableStream<AudioData> | null): void {
    if (sound === null) this.#mixer?.remove(id);
    else this.#mixer?.add(id, sound);
  }

  /** Lets a track be heard so much later, from now on. */
  delaySound(id: string, ms: number): void {
    this.#mixer?.delay(id, ms);
  }

  /** Adds bytes that the browser's `MediaRecorder` made. */
  append(bytes: Uint8Array): void {
    if (this.#ending !== null) return;
    try {
      this.#disk.write(bytes, this.#foreignBytes);
      this.#foreignBytes += bytes.length;
    } catch {
      void this.end('storage-full');
    }
  }

  #progress(): Progress {
    const frames = this.#plan.audio === null ? (this.#time.at(this.#nowFrame()) ?? 0) : this.#soundFrames;
    const soundMs = (frames / this.#rateHz) * 1000;
    const { capacity = Number.POSITIVE_INFINITY, rateHz = 1 } = this.#manifest('recording', null).ring ?? {};
    return { bytes: this.#disk.sizeBytes, durationMs: Math.min(soundMs, (capacity / rateHz) * 1000), droppedFrames: this.#dropped };
  }

  /** Ends the recording, however often it is called; resolves when the file is closed. */
  end(reason: EndReason): Promise<Ending> {
    if (this.#ending === null && !this.#isEnding) {
      this.#isEnding = true; // the last sound may fail to be written, which ends it too
      this.#edge();
    }
    this.#ending ??= this.#finish(reason);
    return this.#ending;
  }

  async #finish(reason: EndReason): Promise<Ending> {
    this.#mixer?.close();
    const progress = this.#progress();
    clearTimeout(this.#pictureTimer);
    clearInterval(this.#progressTimer);
    this.#compositor?.close();
    this.#soundPort?.close();
    await Promise.resolve(); // #ending must be set before the sink can fail
    const isWhole = await this.#closeFile(progress.durationMs);
    this.#release();
    const ending = { ...progress, bytes: this.#disk.sizeBytes, reason, isWhole };
    this.#listener.ended(ending);
    return ending;
  }

  async #closeFile(durationMs: number): Promise<boolean> {
    let isWhole = false;
    try {
      isWhole = (await this.#sink?.finish()) ?? false;
    } catch (cause) {
      console.error('The recording could not be finished; it can be recovered:', cause);
    }
    this.#disk.close();
    if (isWhole && this.#plan.cycleS === 0)
      await writeManifest(this.#folder, this.#manifest('finished', durationMs)).catch((cause: unknown) =>
        console.error('The recording is whole, its manifest could not be written:', cause),
      );
    return isWhole;
  }
}
