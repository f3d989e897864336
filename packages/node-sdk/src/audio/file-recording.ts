import { extname, isAbsolute } from 'node:path';
import { AacFile } from './aac-file.ts';
import { Limiter } from './limiter.ts';
import { AudioRecordingCode } from './recording-numbers.ts';
import type { RecordingPlan } from './recording-plan.ts';
import { openResampler, type Resampler } from './resampler.ts';
import { RingFile } from './ring-file.ts';
import type { SoundFile } from './sound-file.ts';
import { WavFile } from './wav-file.ts';

/** Sound that may wait for the disk before the recording is given up, in seconds. */
const longestBacklogS = 60;
/** Written at once, in seconds: a killed process loses no more than this. */
const batchS = 0.2;
/** What {@link FileRecording.room} waits for, in seconds. */
const easyBacklogS = 2;

export interface FileRecordingOptions {
  readonly plan: RecordingPlan;
  /** Rate of the sums that are pushed. */
  readonly sourceRateHz: number;
  /** The file is not opened before: a recording that this one replaces may have the same path. */
  readonly after: Promise<void>;
  readonly tell: (code: AudioRecordingCode) => void;
}

/** One sound on its way into one file. It tells its start and exactly one end, and never throws. */
export class FileRecording {
  /** Resolves when the file is closed and its end has been told. */
  readonly done: Promise<void>;
  readonly plan: RecordingPlan;
  readonly #options: FileRecordingOptions;
  readonly #limiter = new Limiter();
  #queue: Int32Array[] = [];
  #queued = 0;
  #hasEnded = false;
  #isOver = false;
  #changed = Promise.withResolvers<void>();
  #taken = Promise.withResolvers<void>();

  constructor(options: FileRecordingOptions) {
    this.#options = options;
    this.plan = options.plan;
    this.done = this.#run().finally(() => {
      this.#isOver = true;
      this.#queue = [];
      this.#queued = 0;
      this.#taken.resolve();
    });
  }

  /** Takes sums of all who speak (kept, not copied) at the source's rate. */
  push(sums: Int32Array): void {
    if (this.#hasEnded || this.#isOver || sums.length === 0) return;
    this.#queue.push(sums);
    this.#queued += sums.length;
    if (this.#queued >= batchS * this.#options.sourceRateHz) this.#changed.resolve();
  }

  /** Nothing more comes: the file is completed. */
  end(): void {
    this.#hasEnded = true;
    this.#changed.resolve();
  }

  /** Resolves when little waits for the disk. */
  async room(): Promise<void> {
    while (!this.#isOver && this.#queued > easyBacklogS * this.#options.sourceRateHz) await this.#taken.promise;
  }

  async #run(): Promise<void> {
    const { plan, tell } = this.#options;
    await this.#options.after;
    const kind = extname(plan.filePath).toLowerCase();
    if (kind !== '.wav' && kind !== '.aac') return tell(AudioRecordingCode.errorSuffix);
    const file = await openSoundFile(plan, kind).catch(() => null);
    if (file === null) return tell(AudioRecordingCode.openFileFailed);
    tell(AudioRecordingCode.start);
    let resampler: Resampler | null = null;
    try {
      resampler = await openResampler(this.#options.sourceRateHz, plan.sampleRateHz);
      await this.#write(file, resampler);
      await file.finish();
      tell(AudioRecordingCode.finish);
    } catch {
      await file.rescue();
      tell(AudioRecordingCode.error);
    } finally {
      resampler?.close();
    }
  }

  async #write(file: SoundFile, resampler: Resampler): Promise<void> {
    const { sourceRateHz } = this.#options;
    while (!file.isFull) {
      if (this.#queued > longestBacklogS * sourceRateHz) throw new Error('The disk is slower than the sound.');
      const sums = this.#take(sourceRateHz);
      if (sums.length > 0) await file.write(resampler.push(this.#limiter.push(sums)));
      else if (this.#hasEnded) break;
      else await this.#more();
    }
    if (file.isFull) return;
    await file.write(resampler.push(this.#limiter.flush()));
    await file.write(resampler.flush());
  }

  async #more(): Promise<void> {
    await this.#changed.promise;
    this.#changed = Promise.withResolvers();
    if (this.#hasEnded) this.#changed.resolve();
  }

  /** At most so many samples of the queue, as soon as a batch is there or nothing more comes. */
  #take(most: number): Int32Array {
    if (!this.#hasEnded && this.#queued < batchS * this.#options.sourceRateHz) return new Int32Array(0);
    const sums = new Int32Array(Math.min(most, this.#queued));
    for (let at = 0; at < sums.length;) {
      const first = this.#queue[0]!;
      const piece = first.subarray(0, sums.length - at);
      sums.set(piece, at);
      at += piece.length;
      if (piece.length === first.length) this.#queue.shift();
      else this.#queue[0] = first.subarray(piece.length);
    }
    this.#queued -= sums.length;
    this.#taken.resolve();
    this.#taken = Promise.withResolvers();
    return sums;
  }
}

async function openSoundFile(plan: RecordingPlan, kind: '.wav' | '.aac'): Promise<SoundFile> {
  const { filePath, sampleRateHz, quality, cycleS } = plan;
  if (!isAbsolute(filePath)) throw new Error(`${filePath} is not an absolute path.`);
  const openFile = async (path: string): Promise<SoundFile> =>
    kind === '.wav' ? await WavFile.open(path, sampleRateHz) : await AacFile.open(path, sampleRateHz, quality);
  if (cycleS === 0) return await openFile(filePath);
  return await RingFile.open({ path: filePath, sampleRateHz, lengthS: cycleS, openFile, isWav: kind === '.wav' });
}
