import { PictureCanvas } from '../composite/canvas.ts';
import { Compositor } from '../composite/compositor.ts';
import type { DrawingContext } from '../composite/picture-store.ts';
import { SinglePicture } from '../individual/single-picture.ts';
import { pictureUs } from '../encode/part-assembler.ts';
import type { PictureEncoder } from '../encode/picture-encoder.ts';
import type { RenderPlan, VideoPlan } from '../plan.ts';
import { HeldPauses } from './held-pauses.ts';
import type { PictureDrawer, ShownPerson } from './picture-drawer.ts';
import type { SessionEvent } from '@tapedeck/rtplog';

/** The video of one output: a fixed frame clock that draws one picture after the other, each once, and has each encoded once per codec. */
export class PictureTrack {
  readonly compositor: PictureDrawer;
  readonly #encoders: readonly PictureEncoder[];
  readonly #plan: VideoPlan;
  readonly #canvas: PictureCanvas;
  readonly #startUs: number;
  readonly #gopPictures: number;
  readonly #intervalUs: number;
  readonly #aheadUs: number;
  readonly #knownUs: number;
  readonly #holds = new HeldPauses();
  #next = 0;
  #skippedUs = Number.NEGATIVE_INFINITY;
  #firstDrawn = 0;

  /** @param startUs RecordingUs of picture 0. @param encoders Theirs alone from now on; closed with the track. @param person Whose pictures these are; null: everybody's. */
  constructor(
    plan: RenderPlan,
    video: VideoPlan,
    startUs: number,
    encoders: readonly PictureEncoder[],
    drawing: DrawingContext,
    person: ShownPerson | null,
  ) {
    this.#plan = video;
    this.#startUs = startUs;
    this.#gopPictures = Math.round(video.gopS * video.fps);
    this.#intervalUs = 1e6 / video.fps;
    this.#aheadUs = Math.round(this.#intervalUs / 2);
    this.#knownUs = Math.round(this.#intervalUs / 4);
    this.#canvas = new PictureCanvas(video.width, video.height);
    this.compositor = person !== null ? new SinglePicture(this.#canvas, plan, person) : new Compositor(this.#canvas, plan, drawing);
    this.#encoders = encoders;
  }

  /** Takes the next session event. */
  pushEvent(event: SessionEvent, us: number): void {
    this.#holds.take(event, us);
    this.compositor.pushEvent(event, us);
  }

  /** Pictures before this one are passed without drawing (they stand in the output already). Call once, before `advance`. */
  startAt(picture: number): void {
    this.#firstDrawn = picture;
  }

  /** Draws and encodes every picture for which all is known up to `us` (RecordingUs): its moment and the quarter behind it that the drawer may look at. */
  advance(us: number): void {
    if (this.#next === 0 && this.#startUs > 0) this.#passUntil(Math.min(us, this.#momentOf(0)));
    while (this.#momentOf(this.#next) + this.#knownUs <= us) this.#step();
  }

  /** What lies before picture 0 (the plan's window begins later than the recording) is passed without drawing. */
  #passUntil(us: number): void {
    if (us < this.#skippedUs + this.#intervalUs) return;
    this.#skippedUs = us;
    this.compositor.skipTo(us);
  }

  /** Draws and encodes up to and without picture `count`, then empties the encoder. */
  finish(count: number): void {
    while (this.#next < count) this.#step();
    for (const encoder of this.#encoders) encoder.flush();
  }

  /** Frees everything native. Idempotent. */
  close(): void {
    this.compositor.close();
    for (const encoder of this.#encoders) encoder.close();
    this.#canvas.close();
  }

  /**
   * The moment (RecordingUs) that a picture shows: the middle of its duration. It stands for all of it, so the newest frame at its beginning would be late by half of
   * it on average; and a camera in step with the output must not flicker between two frames (docs/decisions/0031).
   */
  #momentOf(index: number): number {
    return this.#startUs + pictureUs(index, this.#plan.fps) + this.#aheadUs;
  }

  #step(): void {
    const index = this.#next++;
    const us = this.#momentOf(index);
    if (index < this.#firstDrawn) {
      this.compositor.skipTo(us);
      return;
    }
    // A pause that is held keeps the picture as it was.
    if (this.#holds.has(us)) this.compositor.skipTo(us);
    else this.compositor.drawAt(us, this.#intervalUs);
    for (const encoder of this.#encoders) encoder.encode(this.#canvas.frame, index, index % this.#gopPictures === 0);
  }
}
