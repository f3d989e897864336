import type { DrawingContext } from '../composite/picture-store.ts';
import type { RenderedFile, RenderPlan } from '../plan.ts';
import { OutputRender } from './output-render.ts';
import type { OutputRenderOptions } from './output-render.ts';
import { ChapterMarks } from './chapter-marks.ts';
import { isWanted } from './subscription.ts';
import { eventForSubset } from './event-for-subset.ts';
import type { RenderRange } from './split-render.ts';
import type { TrackItem } from './track-item.ts';
import { clampToWindow, windowOf } from './render-window.ts';
import type { RenderWindow } from './render-window.ts';

/** The outputs of one plan: all of them see the same items; each takes what is its own. */
export interface OutputSet {
  /** RecordingUs up to which every output stands in its files. */
  readonly renderedUs: number;
  /** Nothing that may still come would change what stands in the files. */
  readonly isFinished: boolean;
  /** Takes the next item (frames and events; clocks only move time). */
  push(item: TrackItem): void;
  /** Everything up to `us` (RecordingUs) is known. */
  advance(us: number): void;
  /**
   * True when what was made so far must be made anew with what is known now (pictures outgrew their file): nothing more may be asked of this set, and the
   * log is to be read from its beginning into a new one. `isEnd`: the log has ended, `finish` would follow.
   */
  mustStartAgain(isEnd: boolean): boolean;
  /** The recording ends at `endUs`: completes all files. */
  finish(endUs: number): readonly RenderedFile[];
  /** Frees everything native; files stay as they are. Idempotent. */
  close(): void;
}

/** What all outputs of a render have in common. */
export interface OutputSetOptions {
  readonly plan: RenderPlan;
  readonly outDir: string;
  readonly encoderThreads: number;
  /** The log may still grow. */
  readonly follow: boolean;
  /** Wall clock of RecordingUs 0, or null when the log does not say. */
  readonly startWallMs: number | null;
  /** A composite's range of parts; null: all of them. */
  readonly range: RenderRange | null;
  /** Individual outputs of these keys alone; null: of everybody. */
  readonly keys: readonly string[] | null;
  readonly drawing: DrawingContext;
  readonly log?: (message: string, facts: Readonly<Record<string, unknown>>) => void;
}

/** One output with everybody in it, from the first instant of the recording (or of the plan's window) to the last. */
export class CompositeOutput implements OutputSet {
  readonly #plan: RenderPlan;
  readonly #window: RenderWindow;
  readonly #chapters = new ChapterMarks();
  readonly #render: OutputRender;

  constructor(options: OutputSetOptions) {
    const { plan, range } = options;
    this.#plan = plan;
    this.#window = windowOf(plan);
    const { fromUs } = this.#window;
    const output = {
      ...outputBase(options, fromUs),
      ...{ key: 'composite', type: 'composite' as const, participant: null, source: null },
      chapters: (from: number, until: number) => this.#chapters.within(from, until),
    };
    this.#render = new OutputRender({
      plan,
      video: plan.video,
      audio: plan.audio,
      startUs: fromUs,
      encoderThreads: options.encoderThreads,
      drawing: options.drawing,
      person: null,
      output,
      range,
    });
  }

  get renderedUs(): number {
    return this.#render.renderedUs;
  }
  get isFinished(): boolean {
    return this.#render.isFinished;
  }

  push(item: TrackItem): void {
    if (item.type === 'event') {
      if (item.event.type === 'layout' && this.#plan.keepsLayout === true) return;
      const event = eventForSubset(item.event, this.#plan.subscribe);
      if (event === null) return;
      this.#chapters.take(event, item.us - this.#window.fromUs);
      this.#render.pushEvent(event, item.us);
    } else if (item.type === 'frame' && isWanted(this.#plan.subscribe, item.track.identity, item.track.kind)) this.#render.pushFrame(item);
  }

  advance(us: number): void {
    this.#render.advance(Math.min(us, this.#window.untilUs));
  }

  mustStartAgain(): boolean {
    return false;
  }

  finish(endUs: number): readonly RenderedFile[] {
    return this.#render.finish(clampToWindow(endUs, this.#window));
  }

  close(): void {
    this.#render.close();
  }
}

/** What the files of every output have in common. */
export function outputBase(
  options: OutputSetOptions,
  startUs: number,
): Pick<OutputRenderOptions['output'], 'outDir' | 'startWallMs' | 'log'> {
  const startWallMs = options.startWallMs === null ? null : options.startWallMs + startUs / 1000;
  return options.log === undefined ? { outDir: options.outDir, startWallMs } : { outDir: options.outDir, startWallMs, log: options.log };
}
