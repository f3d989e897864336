import { safeIdentity } from '../parts/file-key.ts';
import type { RenderedFile, RenderPlan } from '../plan.ts';
import { OutputRender } from './output-render.ts';
import type { OutputRenderOptions } from './output-render.ts';
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
    this.#render = new OutputRender({ plan, video: plan.video, audio: plan.audio, startUs: 0, output });
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
  readonly render: OutputRender;
  readonly trackSids: Set<string>;
  /** RecordingUs of the end of the last media of it. */
  lastUs: number;
}

/** What a frame's end is taken to be when nothing follows it. */
const lastFrameUs = 40_000;

/**
 * One output per participant (camera with microphone, screen with its sound), or per track when the plan does not merge. Each begins with its first
 * media and ends with its last.
 */
export class IndividualOutputs implements OutputSet {
  readonly #options: OutputSetOptions;
  readonly #outputs = new Map<string, Individual>();
  #advancedUs = 0;

  constructor(options: OutputSetOptions) {
    this.#options = options;
  }

  get renderedUs(): number {
    const open = [...this.#outputs.values()].filter(({ render, lastUs }) => render.renderedUs < lastUs);
    return open.length === 0 ? this.#advancedUs : Math.min(...open.map(({ render }) => render.renderedUs));
  }

  push(item: TrackItem): void {
    if (item.type === 'event') this.#pushEvent(item);
    else if (item.type === 'frame') this.#pushFrame(item);
  }

  advance(us: number): void {
    this.#advancedUs = Math.max(0, us);
    for (const { render, lastUs } of this.#outputs.values()) render.advance(Math.min(us, lastUs));
  }

  finish(endUs: number): readonly RenderedFile[] {
    return [...this.#outputs.values()].flatMap(({ render, lastUs }) => render.finish(Math.min(endUs, lastUs)));
  }

  close(): void {
    for (const { render } of this.#outputs.values()) render.close();
  }

  #pushEvent({ event, us }: EventItem): void {
    if (event.type === 'layout') return;
    for (const { render, trackSids } of this.#outputs.values()) {
      if ('trackSid' in event && event.trackSid !== undefined && !trackSids.has(event.trackSid)) continue;
      render.pushEvent(event, us);
    }
  }

  #pushFrame(item: FrameItem): void {
    const { plan } = this.#options;
    if (!isWanted(plan.subscribe, item.track.identity, item.track.kind)) return;
    const key = individualKey(item.track, plan.merge);
    let output = this.#outputs.get(key);
    if (output === undefined) {
      if (item.track.kind === 'video' && !item.frame.isKeyframe) return;
      output = this.#open(key, item);
    }
    output.trackSids.add(item.track.trackSid);
    output.lastUs = Math.max(output.lastUs, item.us + lastFrameUs);
    output.render.pushFrame(item);
  }

  #open(key: string, { track, us }: FrameItem): Individual {
    const { plan } = this.#options;
    const hasVideo = plan.merge || track.kind === 'video';
    const hasAudio = plan.merge || track.kind === 'audio';
    const startUs = Math.max(0, us);
    const type: RenderedFile['type'] = plan.merge ? 'individual' : 'track';
    const render: OutputRenderOptions = {
      plan,
      video: hasVideo ? plan.video : null,
      audio: hasAudio ? plan.audio : null,
      startUs,
      output: { ...outputBase(this.#options, startUs), key, type, participant: track.identity, source: track.source },
    };
    const output = { render: new OutputRender(render), trackSids: new Set<string>(), lastUs: startUs };
    this.#outputs.set(key, output);
    return output;
  }
}

/** `alice.camera` and `alice.screen` when merged; else one key per source. */
export function individualKey(track: Pick<TrackInfo, 'identity' | 'source' | 'kind'>, merge: boolean): string {
  const name = safeIdentity(track.identity);
  const isScreen = track.source === 'screen_share' || track.source === 'screen_share_audio';
  if (merge) return `${name}.${isScreen ? 'screen' : 'camera'}`;
  if (isScreen) return `${name}.${track.kind === 'video' ? 'screen' : 'screen-audio'}`;
  return `${name}.${track.kind === 'video' ? 'camera' : 'microphone'}`;
}

function outputBase(options: OutputSetOptions, startUs: number): Pick<OutputRenderOptions['output'], 'outDir' | 'startWallMs' | 'log'> {
  const startWallMs = options.startWallMs === null ? null : options.startWallMs + startUs / 1000;
  return options.log === undefined ? { outDir: options.outDir, startWallMs } : { outDir: options.outDir, startWallMs, log: options.log };
}
