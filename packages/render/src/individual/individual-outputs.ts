import type { OutputSet, OutputSetOptions } from '../engine/output-set.ts';
import { windowOf } from '../engine/render-window.ts';
import type { RenderWindow } from '../engine/render-window.ts';
import { isWanted } from '../engine/subscription.ts';
import type { EventItem, FrameItem, TrackItem } from '../engine/track-item.ts';
import type { RenderedFile } from '../plan.ts';
import { slotOf } from '../remux/track-slot.ts';
import { FileSizes } from './file-sizes.ts';
import { IndividualOutput } from './individual-output.ts';
import type { VideoSize } from './video-size.ts';
import { Visits } from './visits.ts';

/** After a picture outgrew its file this long is waited for still larger ones before everything begins again. */
const growthSettlesUs = 3_000_000;

interface Slot {
  current: IndividualOutput;
  number: number;
  /** Of the person, when the current output began. */
  visit: number;
}

/**
 * One output per participant (camera with microphone, screen with its sound), or per track when the plan does not merge. Each begins with its first
 * media and ends with its last; after a gap longer than `maxGapS`, or an absence longer than the resume wait, another one begins. A participant who never shows a picture gets a file of sound alone.
 *
 * With `sizing: source` a file is as large as the largest width and height of its pictures. When a larger one comes the file is begun again from the log under
 * another key: at once when the log is followed, after the rest of the log was searched for larger ones when it is not.
 */
export class IndividualOutputs implements OutputSet {
  readonly #options: OutputSetOptions;
  readonly #sizes: FileSizes;
  readonly #slots = new Map<string, Slot>();
  readonly #outputs: IndividualOutput[] = [];
  readonly #window: RenderWindow;
  readonly #visits: Visits;
  #advancedUs = 0;
  #isSearching = false;

  constructor(options: OutputSetOptions) {
    this.#options = options;
    this.#sizes = new FileSizes(options.outDir);
    this.#window = windowOf(options.plan);
    this.#visits = new Visits(options.plan.resumeWaitS ?? null);
  }

  get isFinished(): boolean {
    return false;
  }

  get renderedUs(): number {
    const rendered = this.#outputs.map(({ renderedUs }) => renderedUs ?? this.#advancedUs);
    return Math.min(this.#advancedUs, ...rendered);
  }

  push(item: TrackItem): void {
    if (item.type === 'event') this.#pushEvent(item);
    else if (item.type === 'frame') this.#pushFrame(item);
  }

  advance(us: number): void {
    const until = Math.min(us, this.#window.untilUs);
    this.#advancedUs = Math.max(0, until);
    if (this.#isSearching) return;
    for (const output of this.#outputs) {
      output.advance(until);
      if (us > output.lastUs + this.#maxGapUs) output.finish(until);
    }
  }

  mustStartAgain(isEnd: boolean): boolean {
    const outgrownUs = Math.min(...this.#outputs.map((output) => output.outgrownUs ?? Infinity));
    if (outgrownUs === Infinity) return false;
    // A sealed log can be searched to its end first, so that everything begins again only once.
    this.#isSearching ||= !this.#options.follow;
    if (!isEnd && (this.#isSearching || this.#advancedUs < outgrownUs + growthSettlesUs)) return false;
    this.#keepSizes();
    return true;
  }

  finish(endUs: number): readonly RenderedFile[] {
    return this.#outputs.flatMap((output) => output.finish(Math.min(endUs, this.#window.untilUs)));
  }

  close(): void {
    for (const output of this.#outputs) output.close();
  }

  get #maxGapUs(): number {
    return this.#options.plan.maxGapS * 1e6;
  }

  #keepSizes(): void {
    const grown = new Map<string, VideoSize>();
    for (const { key, seen, outgrownUs } of this.#outputs) {
      if (seen === null) continue;
      if (outgrownUs !== null) grown.set(key, seen);
      else if (this.#sizes.get(key) === null) this.#sizes.decide(key, seen);
    }
    this.#options.log?.('pictures outgrew their files', { outputs: [...grown.keys()], sizes: [...grown.values()] });
    this.#sizes.grow(grown);
  }

  #pushEvent(item: EventItem): void {
    this.#visits.take(item.event, item.us);
    for (const output of this.#outputs) output.pushEvent(item);
  }

  #pushFrame(item: FrameItem): void {
    const { plan, keys } = this.#options;
    const { track, us } = item;
    if (us >= this.#window.untilUs || (keys !== null && !keys.includes(slotOf(track, plan.merge).key))) return;
    if (!isWanted(plan.subscribe, track.identity, track.kind) || (track.kind === 'video' ? plan.video : plan.audio) === null) return;
    const output = this.#outputFor(item);
    if (output === null) return;
    if (this.#isSearching) output.observe(item);
    else output.pushFrame(item);
  }

  /** The output that a frame belongs to; null: a picture that nothing can begin with. */
  #outputFor(item: FrameItem): IndividualOutput | null {
    const { track, us, frame } = item;
    const slot = slotOf(track, this.#options.plan.merge);
    const known = this.#slots.get(slot.key);
    const visit = this.#visits.of(track.identity);
    const goesOn = known?.visit === visit && us - known.current.lastUs <= this.#maxGapUs;
    if (known !== undefined && goesOn && !known.current.isFinished) return known.current;
    if (track.kind === 'video' && !frame.isKeyframe) return null;
    const number = (known?.number ?? 0) + 1;
    const key = number === 1 ? slot.key : `${slot.key}-${number}`;
    const current = new IndividualOutput(key, slot, this.#options, this.#sizes, item);
    this.#outputs.push(current);
    if (known === undefined) this.#slots.set(slot.key, { current, number, visit });
    else Object.assign(known, { current, number, visit });
    return current;
  }
}
