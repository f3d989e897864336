import { outputBase } from '../engine/output-set.ts';
import type { OutputSetOptions } from '../engine/output-set.ts';
import { OutputRender } from '../engine/output-render.ts';
import { windowOf } from '../engine/render-window.ts';
import type { EventItem, FrameItem, TrackInfo } from '../engine/track-item.ts';
import type { RenderedFile, RenderPlan } from '../plan.ts';
import type { TrackSlot } from '../remux/track-slot.ts';
import type { FileSizes } from './file-sizes.ts';
import { fileSizeOf, holds, sizeForBoth } from './video-size.ts';
import type { VideoSize } from './video-size.ts';

/** What a frame's end is taken to be when nothing follows it. */
const lastFrameUs = 40_000;
/** An SFU begins with a small layer and a browser with a small picture: this long is waited for the size that lasts. */
const settleUs = 3_000_000;

/** One individual file (with its slices) from its first media to its last: what one person sent without a gap longer than the plan allows. */
export class IndividualOutput {
  readonly key: string;
  readonly #options: OutputSetOptions;
  readonly #sizes: FileSizes;
  readonly #slot: TrackSlot;
  readonly #first: TrackInfo;
  /** Null until everything that belongs to the first instant has come; until then items wait. */
  #render: OutputRender | null = null;
  #waiting: (FrameItem | EventItem)[] = [];
  readonly #trackSids = new Set<string>();
  /** Nothing before this moment is in the file: the beginning of the plan's window. */
  readonly #fromUs: number;
  #startUs: number;
  readonly #firstUs: number;
  #lastUs = 0;
  #seen: VideoSize | null = null;
  /** Its files were begun without pictures and cannot take any (HLS): when some come it is begun again. */
  #isSoundAlone = false;
  #outgrownUs: number | null = null;
  #files: readonly RenderedFile[] | null = null;

  constructor(key: string, slot: TrackSlot, options: OutputSetOptions, sizes: FileSizes, first: FrameItem) {
    this.key = key;
    this.#slot = slot;
    this.#options = options;
    this.#sizes = sizes;
    this.#first = first.track;
    this.#fromUs = windowOf(options.plan).fromUs;
    this.#startUs = Math.max(this.#fromUs, wholeMs(first.us));
    this.#firstUs = first.us;
    this.#seen = picturesOf(sizes.get(key));
  }

  /** RecordingUs of the end of the last media. */
  get lastUs(): number {
    return this.#lastUs;
  }

  /** Its files are complete: it takes nothing more. */
  get isFinished(): boolean {
    return this.#files !== null;
  }

  /** RecordingUs up to which the output stands in its files; null when there is nothing to wait for. */
  get renderedUs(): number | null {
    return this.#files !== null ? null : (this.#render?.renderedUs ?? this.#startUs);
  }

  /** RecordingUs at which a picture came that the file is too small for, or null. */
  get outgrownUs(): number | null {
    return this.#outgrownUs;
  }

  /** The largest width and height of its pictures so far, or null without any. */
  get seen(): VideoSize | null {
    return this.#seen;
  }

  /** Takes note of a frame without making anything of it. */
  observe({ track, frame, us }: FrameItem): void {
    this.#trackSids.add(track.trackSid);
    this.#lastUs = Math.max(this.#lastUs, us + lastFrameUs);
    const picture = this.#sizeFor(frame);
    if (picture === null) return;
    if (this.#seen !== null && holds(this.#seen, picture)) return;
    this.#seen = sizeForBoth(this.#seen, picture);
    if (this.#sizes.get(this.key) !== null) this.#outgrownUs ??= us;
    else if (this.#render !== null) this.#size(this.#render);
  }

  /** The size that the file needs because of a frame; null: it needs none. */
  #sizeFor({ width, height }: FrameItem['frame']): VideoSize | null {
    if (width === undefined || height === undefined) return null;
    const { sizing, video } = this.#options.plan;
    if (sizing === 'source') return { width, height };
    return this.#isSoundAlone && video !== null ? { width: video.width, height: video.height } : null;
  }

  pushFrame(item: FrameItem): void {
    this.observe(item);
    if (this.#render !== null) {
      if (item.track.kind === 'audio' || !this.#isSoundAlone) this.#render.pushFrame(item);
    } else {
      this.#waiting.push(item);
      if (item.track.kind === 'audio' || item.frame.isKeyframe)
        this.#startUs = Math.min(this.#startUs, Math.max(this.#fromUs, wholeMs(item.us)));
    }
  }

  /** Takes a session event when it is about this output. */
  pushEvent(item: EventItem): void {
    const { event, us } = item;
    if (event.type === 'layout' || this.isFinished) return;
    if ('trackSid' in event && event.trackSid !== undefined && !this.#trackSids.has(event.trackSid)) return;
    if (this.#render === null) this.#waiting.push(item);
    else this.#render.pushEvent(event, us);
  }

  /** Everything up to `us` (RecordingUs) is known. */
  advance(us: number): void {
    const { sizing, formats } = this.#options.plan;
    const waitUs = sizing === 'source' || (formats.includes('hls') && !this.#hasPicture) ? settleUs : 0;
    // One that began before the window has its first instant already: it need not wait for it with everything in memory.
    const isDue = us >= this.#startUs + waitUs || (this.#fromUs > 0 && this.#startUs === this.#fromUs && us >= this.#firstUs + waitUs);
    if (isDue && this.#files === null) this.#opened().advance(Math.min(us, this.#lastUs));
  }

  /** Makes the rest and completes the files; again: the same files. None when it was over before the plan's window. */
  finish(endUs: number): readonly RenderedFile[] {
    const isOver = this.#fromUs > 0 && this.#lastUs <= this.#fromUs;
    this.#files ??= isOver ? [] : this.#opened().finish(Math.max(this.#startUs, Math.min(endUs, this.#lastUs)));
    this.close();
    return this.#files;
  }

  /** Frees everything native; files stay as they are. Idempotent. */
  close(): void {
    this.#render?.close();
  }

  #opened(): OutputRender {
    if (this.#render !== null) return this.#render;
    const { plan } = this.#options;
    const isOnlyVideo = !plan.merge && this.#first.kind === 'video';
    const isOnlyAudio = !plan.merge && this.#first.kind === 'audio';
    const isHls = plan.formats.includes('hls');
    // A playlist takes no track later: pictures that are known to come are in it from its beginning.
    const hasVideo = !isOnlyAudio && (this.#hasPicture || (isHls && this.#seen !== null));
    this.#isSoundAlone = isHls && !hasVideo;
    if (this.#sizes.get(this.key) === null) {
      if (this.#seen !== null) this.#sizes.decide(this.key, this.#seen);
      else if (this.#isSoundAlone) this.#sizes.decide(this.key, noPictures);
    }
    const sized = this.#seen === null ? plan : withSize(plan, fileSizeOf(this.#seen));
    const { sources } = this.#slot;
    const render = new OutputRender({
      range: null,
      plan: sized,
      video: hasVideo ? sized.video : null,
      audio: isOnlyVideo ? null : plan.audio,
      startUs: this.#startUs,
      encoderThreads: this.#options.encoderThreads,
      drawing: this.#options.drawing,
      person: { identity: this.#first.identity, name: this.#first.name },
      output: {
        ...outputBase(this.#options, this.#startUs),
        key: this.#sizes.keyOf(this.key),
        type: plan.merge ? 'individual' : 'track',
        participant: this.#first.identity,
        source: isOnlyVideo ? sources.video : sources.audio,
        pictureSource: sources.video,
      },
    });
    for (const item of this.#waiting) {
      if (item.type === 'frame') render.pushFrame(item);
      else render.pushEvent(item.event, item.us);
    }
    this.#waiting = [];
    this.#render = render;
    return render;
  }

  get #hasPicture(): boolean {
    return this.#waiting.some((item) => item.type === 'frame' && item.track.kind === 'video');
  }

  /** The first picture of an output that began with sound alone. */
  #size(render: OutputRender): void {
    if (this.#seen === null) return;
    this.#sizes.decide(this.key, this.#seen);
    render.sizeVideo(fileSizeOf(this.#seen));
  }
}

/** What files were laid out for that were begun without pictures and cannot take any. */
const noPictures: VideoSize = { width: 0, height: 0 };

const picturesOf = (size: VideoSize | null): VideoSize | null => (size === null || size.width === 0 ? null : size);

/** Files begin at whole milliseconds: that is how their beginning is told. */
const wholeMs = (us: number): number => Math.floor(us / 1000) * 1000;

function withSize(plan: RenderPlan, size: VideoSize): RenderPlan {
  return plan.video === null ? plan : { ...plan, video: { ...plan.video, ...size } };
}
