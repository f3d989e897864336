import type { RenderedFile, RenderPlan } from '../plan.ts';
import { OutputRender } from './output-render.ts';
import type { OutputRenderOptions } from './output-render.ts';
import { slotOf } from '../remux/track-slot.ts';
import type { TrackSlot } from '../remux/track-slot.ts';
import { isWanted } from './subscription.ts';
import type { EventItem, FrameItem, TrackInfo, TrackItem } from './track-item.ts';

/** The outputs of one plan: all of them see the same items; each takes what is its own. */
export interface OutputSet {
  /** RecordingUs up to which every output stands in its files. */
  readonly renderedUs: number;
  /** Takes the next item (frames and events; clocks only move time). */
  push(item: TrackItem): void;
  /** Everything up to `us` (RecordingUs) is known. */
  advance(us: number): void;
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
  /** Wall clock of RecordingUs 0, or null when the log does not say. */
  readonly startWallMs: number | null;
  readonly log?: (message: string, facts: Readonly<Record<string, unknown>>) => void;
}

/** One output with everybody in it, from the recording's first instant to its last. */
export class CompositeOutput implements OutputSet {
  readonly #plan: RenderPlan;
  readonly #render: OutputRender;

  constructor(options: OutputSetOptions) {
    const { plan } = options;
    this.#plan = plan;
    const output = { ...outputBase(options, 0), key: 'composite', type: 'composite' as const, participant: null, source: null };
    this.#render = new OutputRender({
      plan,
      video: plan.video,
      audio: plan.audio,
      startUs: 0,
      encoderThreads: options.encoderThreads,
      output,
    });
  }

  get renderedUs(): number {
    return this.#render.renderedUs;
  }

  push(item: TrackItem): void {
    if (item.type === 'event') this.#render.pushEvent(item.event, item.us);
    else if (item.type === 'frame' && isWanted(this.#plan.subscribe, item.track.identity, item.track.kind)) this.#render.pushFrame(item);
  }

  advance(us: number): void {
    this.#render.advance(us);
  }

  finish(endUs: number): readonly RenderedFile[] {
    return this.#render.finish(endUs);
  }

  close(): void {
    this.#render.close();
  }
}

interface Individual {
  readonly slot: TrackSlot;
  readonly first: TrackInfo;
  /** Null until everything that belongs to the first instant has come; until then items wait. */
  render: OutputRender | null;
  waiting: (FrameItem | EventItem)[];
  readonly trackSids: Set<string>;
  /** RecordingUs of the first media. */
  startUs: number;
  /** RecordingUs of the end of the last media. */
  lastUs: number;
}

/** What a frame's end is taken to be when nothing follows it. */
const lastFrameUs = 40_000;

/**
 * One output per participant (camera with microphone, screen with its sound), or per track when the plan does not merge. Each begins with its first
 * media and ends with its last. A participant who never shows a picture gets a file of sound alone.
 */
export class IndividualOutputs implements OutputSet {
  readonly #options: OutputSetOptions;
  readonly #outputs = new Map<string, Individual>();
  #advancedUs = 0;

  constructor(options: OutputSetOptions) {
    this.#options = options;
  }

  get renderedUs(): number {
    const rendered = [...this.#outputs.values()].map(({ render, startUs }) => render?.renderedUs ?? startUs);
    return Math.min(this.#advancedUs, ...rendered);
  }

  push(item: TrackItem): void {
    if (item.type === 'event') this.#pushEvent(item);
    else if (item.type === 'frame') this.#pushFrame(item);
  }

  advance(us: number): void {
    this.#advancedUs = Math.max(0, us);
    for (const output of this.#outputs.values()) {
      if (us >= output.startUs) this.#opened(output).advance(Math.min(us, output.lastUs));
    }
  }

  finish(endUs: number): readonly RenderedFile[] {
    return [...this.#outputs.values()].flatMap((output) =>
      this.#opened(output).finish(Math.max(output.startUs, Math.min(endUs, output.lastUs))),
    );
  }

  close(): void {
    for (const { render } of this.#outputs.values()) render?.close();
  }

  #pushEvent(item: EventItem): void {
    const { event } = item;
    if (event.type === 'layout') return;
    for (const output of this.#outputs.values()) {
      if ('trackSid' in event && event.trackSid !== undefined && !output.trackSids.has(event.trackSid)) continue;
      if (output.render === null) output.waiting.push(item);
      else output.render.pushEvent(event, item.us);
    }
  }

  #pushFrame(item: FrameItem): void {
    const { plan } = this.#options;
    const { track, us } = item;
    if (!isWanted(plan.subscribe, track.identity, track.kind) || (track.kind === 'video' ? plan.video : plan.audio) === null) return;
    const slot = slotOf(track, plan.merge);
    let output = this.#outputs.get(slot.key);
    if (output === undefined) {
      if (track.kind === 'video' && !item.frame.isKeyframe) return;
      output = { slot, first: track, render: null, waiting: [], trackSids: new Set(), startUs: Math.max(0, us), lastUs: 0 };
      this.#outputs.set(slot.key, output);
    }
    output.trackSids.add(track.trackSid);
    output.lastUs = Math.max(output.lastUs, us + lastFrameUs);
    if (output.render !== null) output.render.pushFrame(item);
    else {
      output.waiting.push(item);
      if (track.kind === 'audio' || item.frame.isKeyframe) output.startUs = Math.min(output.startUs, Math.max(0, us));
    }
  }

  #opened(output: Individual): OutputRender {
    if (output.render !== null) return output.render;
    const { plan } = this.#options;
    const { slot, first, startUs, waiting } = output;
    const hasVideo = waiting.some((item) => item.type === 'frame' && item.track.kind === 'video') || plan.formats.includes('hls');
    const isOnlyVideo = !plan.merge && first.kind === 'video';
    const isOnlyAudio = !plan.merge && first.kind === 'audio';
    const source = first.kind === 'video' || (hasVideo && plan.merge) ? slot.sources.video : slot.sources.audio;
    const render = new OutputRender({
      plan,
      video: isOnlyAudio || !hasVideo ? null : plan.video,
      audio: isOnlyVideo ? null : plan.audio,
      startUs,
      encoderThreads: this.#options.encoderThreads,
      output: {
        ...outputBase(this.#options, startUs),
        key: slot.key,
        type: plan.merge ? 'individual' : 'track',
        participant: first.identity,
        source,
      },
    });
    for (const item of waiting) {
      if (item.type === 'frame') render.pushFrame(item);
      else render.pushEvent(item.event, item.us);
    }
    output.waiting = [];
    output.render = render;
    return render;
  }
}

function outputBase(options: OutputSetOptions, startUs: number): Pick<OutputRenderOptions['output'], 'outDir' | 'startWallMs' | 'log'> {
  const startWallMs = options.startWallMs === null ? null : options.startWallMs + startUs / 1000;
  return options.log === undefined ? { outDir: options.outDir, startWallMs } : { outDir: options.outDir, startWallMs, log: options.log };
}
