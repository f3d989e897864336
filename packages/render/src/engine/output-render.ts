import type { SessionEvent } from '@tapedeck/rtplog';
import type { DrawingContext } from '../composite/picture-store.ts';
import { encodingsOf } from '../encode/encodings.ts';
import { pictureUs } from '../encode/part-assembler.ts';
import type { AudioPlan, RenderedFile, RenderPlan, VideoPlan } from '../plan.ts';
import { OutputLane } from './output-lane.ts';
import type { OutputLaneOptions } from './output-lane.ts';
import type { ShownPerson } from './picture-drawer.ts';
import { PictureTrack } from './picture-track.ts';
import { SoundTrack } from './sound-track.ts';
import type { RenderRange } from './split-render.ts';
import type { FrameItem } from './track-item.ts';

/** What tells one output of a render from another. */
export interface OutputRenderOptions {
  readonly plan: RenderPlan;
  /** Tracks of this output; null leaves the medium out. */
  readonly video: VideoPlan | null;
  readonly audio: AudioPlan | null;
  /** RecordingUs of the output's first instant. */
  readonly startUs: number;
  readonly encoderThreads: number;
  readonly drawing: DrawingContext;
  /** Whose output it is; null: everybody's. */
  readonly person: ShownPerson | null;
  readonly output: OutputLaneOptions['output'];
  /** Only this range of the output's parts, kept for joining; null: the files themselves. */
  readonly range: RenderRange | null;
}

/** Longest part that comes of stretching a part to fit a slice. */
const longestPartS = 6;

/** Pictures in a part: as many whole GOPs as come nearest to `partS`, and if possible so many that a slice ends with a part. */
export function picturesPerPart({ video, partS, sliceS }: Pick<RenderPlan, 'video' | 'partS' | 'sliceS'>): number {
  if (video === null) return Math.max(1, sliceS % partS === 0 ? partS : nearestDivisor(sliceS, partS, longestPartS));
  const gop = Math.round(video.gopS * video.fps);
  const nearest = Math.max(1, Math.round((partS * video.fps) / gop));
  const gopsPerSlice = Math.ceil((sliceS * video.fps) / gop - 1e-9);
  return nearestDivisor(gopsPerSlice, nearest, Math.max(nearest, Math.floor((longestPartS * video.fps) / gop))) * gop;
}

/** The divisor of `total` up to `most` that is nearest to `wanted`; `wanted` itself when there is no better one than a quarter of it. */
function nearestDivisor(total: number, wanted: number, most: number): number {
  const divisors = Array.from({ length: most }, (_, i) => i + 1).filter((count) => total % count === 0 && count * 4 > wanted);
  return divisors.sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0] ?? wanted;
}

/**
 * Makes one composed output (a composite, a participant) out of frames and events, as far as it is told that everything is known, and appends it part by
 * part to each of its encodings. An output that was begun by an earlier run goes on behind its last complete part.
 */
export class OutputRender {
  readonly startUs: number;
  #plan: RenderPlan;
  readonly #drawing: DrawingContext;
  readonly #person: ShownPerson | null;
  readonly #lanes: readonly OutputLane[];
  readonly #sound: SoundTrack | null;
  readonly #fps: number;
  readonly #partPictures: number;
  #pictures: PictureTrack | null = null;
  /** Pictures belong to this output, even if all files with pictures are finished. */
  #hasVideo: boolean;
  #advancedUs = Number.NEGATIVE_INFINITY;

  /** @throws {RenderSetupError} RENDER_SETUP · {OutputError} RENDER_OUTPUT_FAILED */
  constructor({ plan, video, audio, startUs, encoderThreads, drawing, person, output, range }: OutputRenderOptions) {
    this.startUs = startUs;
    this.#plan = plan;
    this.#drawing = drawing;
    this.#person = person;
    this.#hasVideo = video !== null;
    // The grid is the plan's, so that video may still join an output that began without.
    const fps = (this.#fps = plan.video?.fps ?? 1);
    const pictures = (this.#partPictures = picturesPerPart(plan));
    this.#lanes = encodingsOf(plan, audio !== null).map(
      (encoding) => new OutputLane({ encoding, plan, video, audio, startUs, encoderThreads, pictures, fps, output, range }),
    );
    const encoders = this.#lanes.flatMap((lane) => lane.pictures ?? []);
    const firstPicture = this.#completedParts * pictures;
    if (video !== null && encoders.length > 0) {
      this.#pictures = new PictureTrack(plan, video, startUs, encoders, drawing, person);
      this.#pictures.startAt(firstPicture);
    }
    const sounds = this.#lanes.flatMap((lane) => lane.sounds ?? []);
    this.#sound = audio === null || sounds.length === 0 ? null : new SoundTrack(audio, startUs, sounds);
    this.#sound?.startAt(pictureUs(firstPicture, fps));
  }

  /** Parts that stand in every file. */
  get #completedParts(): number {
    const open = this.#lanes.filter(({ output }) => !output.isFinished);
    return open.length === 0 ? 0 : Math.min(...open.map(({ output }) => output.completedParts));
  }

  /** True when an earlier run has finished it: nothing is to be done. */
  get isFinished(): boolean {
    return this.#lanes.every(({ output }) => output.isFinished);
  }

  /** RecordingUs up to which the output stands in its files. */
  get renderedUs(): number {
    return this.startUs + Math.min(...this.#lanes.map(({ output }) => output.completedUs));
  }

  /** The size of a picture that may still join an output without one. No effect once there is a picture. */
  sizeVideo(size: { readonly width: number; readonly height: number }): void {
    const { video } = this.#plan;
    if (!this.#hasVideo && video !== null) this.#plan = { ...this.#plan, video: { ...video, ...size } };
  }

  /** Takes a frame of one of this output's tracks. */
  pushFrame({ track, frame, us }: FrameItem): void {
    if (track.kind === 'video') this.#videoFor(frame.isKeyframe, us)?.compositor.pushFrame(track, frame, us);
    else this.#sound?.push(track.trackSid, frame, us);
  }

  /** Takes a session event. */
  pushEvent(event: SessionEvent, us: number): void {
    this.#pictures?.pushEvent(event, us);
    if (event.type === 'unpublished') this.#sound?.end(event.trackSid, us);
  }

  /** Everything up to `us` (RecordingUs) is known: makes it. */
  advance(us: number): void {
    if (us <= this.#advancedUs || this.isFinished) return;
    this.#pictures?.advance(us);
    this.#sound?.advance(us);
    this.#advancedUs = us;
  }

  /** Makes the rest up to `endUs` (RecordingUs) and completes the files. */
  finish(endUs: number): readonly RenderedFile[] {
    if (!this.isFinished) this.#makeRest(endUs);
    const files = this.#lanes.flatMap(({ output }) => output.finish());
    return files.sort((a, b) => this.#plan.formats.indexOf(a.format) - this.#plan.formats.indexOf(b.format));
  }

  #makeRest(endUs: number): void {
    const pictures = Math.max(1, Math.ceil(((endUs - this.startUs) * this.#fps) / 1e6 - 0.01));
    const durationUs = this.#hasVideo ? pictureUs(pictures, this.#fps) : Math.max(20_000, endUs - this.startUs);
    this.#pictures?.finish(pictures);
    this.#sound?.finish(durationUs);
    for (const lane of this.#lanes) lane.finish(durationUs);
  }

  /** The video of this output; one that began with sound alone gets it from the part on in which the first keyframe falls. */
  #videoFor(isKeyframe: boolean, us: number): PictureTrack | null {
    const { video } = this.#plan;
    if (this.#hasVideo || video === null || !isKeyframe || this.isFinished) return this.#pictures;
    this.#hasVideo = true;
    const part = Math.floor((Math.max(0, us - this.startUs) * this.#fps) / 1e6 / this.#partPictures) + 1;
    const encoders = this.#lanes.flatMap((lane) => lane.joinPictures(video, part) ?? []);
    if (encoders.length === 0) return null;
    this.#pictures = new PictureTrack(this.#plan, video, this.startUs, encoders, this.#drawing, this.#person);
    this.#pictures.startAt(Math.max(part - 1, this.#completedParts) * this.#partPictures);
    return this.#pictures;
  }

  /** Frees everything native and lets go of the files as they are. Idempotent. */
  close(): void {
    this.#pictures?.close();
    this.#sound?.close();
    for (const { output } of this.#lanes) output.close();
  }
}
