import { mkdirSync } from 'node:fs';
import { readLogBatches } from '@tapedeck/rtplog';
import type { LogBatch } from '@tapedeck/rtplog';
import type { DrawingContext, RenderNotice } from '../composite/picture-store.ts';
import { ProgressFile } from '../parts/progress-file.ts';
import type { RenderedFile, RenderPlan } from '../plan.ts';
import { remuxLog } from '../remux/remux-log.ts';
import { IndividualOutputs } from '../individual/individual-outputs.ts';
import { CompositeOutput } from './output-set.ts';
import type { OutputSet, OutputSetOptions } from './output-set.ts';
import { FrameGarbage } from './frame-garbage.ts';
import { windowOf } from './render-window.ts';
import type { RenderShare } from './split-render.ts';
import { TrackFrames } from './track-frames.ts';
import type { TrackItem } from './track-item.ts';

/** How a log is rendered. */
export interface RenderLogOptions {
  /** True: waits at the end of a log that has not ended. False: renders what is there. */
  readonly follow: boolean;
  /** Stops between two batches: files stay playable and a later call goes on with them. The call then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called about once a batch. */
  readonly onProgress?: (progress: { readonly renderedMs: number; readonly logMs: number }) => void;
  /**
   * Threads of one video encoder; default 1 when following, else 2 (one picture is encoded while the next is drawn: nearly twice as fast on two cores).
   * x264's bytes depend on it, the pictures' content does not.
   */
  readonly encoderThreads?: number;
  /** Makes this share alone (offline): a range's parts are kept in `<outDir>/ranges` for {@link joinRanges}. Default: everything. */
  readonly share?: RenderShare;
  /** Told of what went wrong without stopping the render (a picture that cannot be drawn). A render that goes on later may say it again. */
  readonly onNotice?: (notice: RenderNotice) => void;
  /** One line per life-cycle step. */
  readonly log?: (message: string, facts: Readonly<Record<string, unknown>>) => void;
}

/**
 * Renders a log by a plan into `outDir`, from where an earlier call (finished, aborted or killed) left off, and completes the files when the log ends.
 * A pure function of the files on disk: following a log and rendering it afterwards make the same pictures and sound
 * (the same bytes with the same `encoderThreads`).
 *
 * @param recordingDir Holds `e1/`, `e2/` …
 * @returns the completed files, as in `files.jsonl`.
 * @throws {RenderSetupError} RENDER_SETUP · {EncodeError} RENDER_ENCODE_FAILED · {OutputError} RENDER_OUTPUT_FAILED
 */
export async function renderLog(
  recordingDir: string,
  plan: RenderPlan,
  outDir: string,
  options: RenderLogOptions,
): Promise<readonly RenderedFile[]> {
  mkdirSync(outDir, { recursive: true });
  if (plan.type === 'individual' && plan.mode === 'remux') return remuxLog(recordingDir, plan, outDir, options);
  for (;;) {
    const files = await renderOnce(recordingDir, plan, outDir, options);
    if (files !== null) return files;
    options.log?.('render begins again: pictures outgrew their file', {});
  }
}

/** One reading of the log; null when it must be read again (see {@link OutputSet.mustStartAgain}). */
async function renderOnce(
  recordingDir: string,
  plan: RenderPlan,
  outDir: string,
  options: RenderLogOptions,
): Promise<readonly RenderedFile[] | null> {
  const job = new ComposedRender(recordingDir, plan, outDir, options);
  try {
    const { follow, signal } = options;
    for await (const batch of readLogBatches(recordingDir, signal === undefined ? { follow } : { follow, signal })) {
      signal?.throwIfAborted();
      job.take(batch);
      if (job.mustStartAgain(batch.hasEnded)) return null;
      if (batch.hasEnded || job.isDone) break;
    }
    signal?.throwIfAborted();
    return job.mustStartAgain(true) ? null : job.finish();
  } finally {
    job.close();
  }
}

/** A frame may be given a time this much before its arrival: beyond a window's end the log is read on for as long. */
const afterWindowUs = 2_000_000;

/** Drives one output set from log batches: draws a moment once everything that may still belong to it has come. */
class ComposedRender {
  readonly #plan: RenderPlan;
  readonly #drawing: DrawingContext;
  readonly #outDir: string;
  readonly #options: RenderLogOptions;
  readonly #frames: TrackFrames;
  readonly #progress: ProgressFile;
  readonly #garbage = new FrameGarbage();
  #outputs: OutputSet | null = null;
  #knownUs = 0;
  #endUs: number | null = null;

  constructor(recordingDir: string, plan: RenderPlan, outDir: string, options: RenderLogOptions) {
    this.#drawing = { recordingDir, onNotice: options.onNotice ?? (() => undefined) };
    this.#plan = plan;
    this.#outDir = outDir;
    this.#options = options;
    this.#frames = new TrackFrames({ holdbackMs: plan.holdbackMs });
    this.#progress = new ProgressFile(outDir);
  }

  /** What the plan's window or the share lets the files hold is known: the rest of the log need not be read. */
  get isDone(): boolean {
    const { untilUs } = windowOf(this.#plan);
    return this.#outputs?.isFinished === true || this.#knownUs > untilUs + this.#plan.holdbackMs * 1000 + afterWindowUs;
  }

  take(batch: LogBatch): void {
    for (const item of this.#frames.push(batch)) this.#takeItem(item);
    this.#garbage.tidy();
    const renderedMs = (this.#outputs?.renderedUs ?? 0) / 1000;
    const logMs = this.#knownUs / 1000;
    this.#progress.update({ renderedMs, logMs, done: false, error: null });
    this.#options.onProgress?.({ renderedMs, logMs });
  }

  mustStartAgain(isEnd: boolean): boolean {
    return this.#outputs?.mustStartAgain(isEnd) ?? false;
  }

  finish(): readonly RenderedFile[] {
    const endUs = this.#endUs ?? this.#knownUs;
    const files = (this.#outputs ?? this.#open(null)).finish(endUs);
    this.#progress.update({ renderedMs: endUs / 1000, logMs: endUs / 1000, done: true, error: null });
    return files;
  }

  close(): void {
    this.#outputs?.close();
  }

  #takeItem(item: TrackItem): void {
    const startWallMs = item.type === 'event' ? item.event.wall - item.us / 1000 : null;
    const outputs = this.#outputs ?? this.#open(startWallMs);
    this.#knownUs = Math.max(this.#knownUs, item.releasedUs);
    outputs.advance(item.releasedUs - this.#plan.holdbackMs * 1000);
    if (item.type === 'event' && item.event.type === 'ended') this.#endUs = item.us;
    else if (item.type === 'event' && item.event.type === 'started') this.#endUs = null;
    outputs.push(item);
  }

  #open(startWallMs: number | null): OutputSet {
    const { log } = this.#options;
    const encoderThreads = this.#options.encoderThreads ?? (this.#options.follow ? 1 : 2);
    const { range, keys } = this.#options.share ?? { range: null, keys: null };
    const { follow } = this.#options;
    const drawing = this.#drawing;
    const base: OutputSetOptions = { plan: this.#plan, outDir: this.#outDir, encoderThreads, startWallMs, follow, range, keys, drawing };
    const options = log === undefined ? base : { ...base, log };
    this.#outputs = this.#plan.type === 'composite' ? new CompositeOutput(options) : new IndividualOutputs(options);
    return this.#outputs;
  }
}
