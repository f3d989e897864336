import { PictureCanvas } from '../composite/canvas.ts';
import { Compositor } from '../composite/compositor.ts';
import { pictureUs } from '../encode/part-assembler.ts';
import { PictureEncoder } from '../encode/picture-encoder.ts';
import type { EncodedPicture } from '../encode/picture-encoder.ts';
import type { RenderPlan, VideoPlan } from '../plan.ts';

/** The video of one output: a fixed frame clock that draws and encodes one picture after the other. */
export class PictureTrack {
  readonly encoder: PictureEncoder;
  readonly compositor: Compositor;
  readonly #plan: VideoPlan;
  readonly #canvas: PictureCanvas;
  readonly #startUs: number;
  readonly #gopPictures: number;
  readonly #intervalUs: number;
  readonly #aheadUs: number;
  #next = 0;
  #firstDrawn = 0;

  /** @param startUs RecordingUs of picture 0. */
  constructor(plan: RenderPlan, video: VideoPlan, startUs: number, threads: number, onPicture: (picture: EncodedPicture) => void) {
    this.#plan = video;
    this.#startUs = startUs;
    this.#gopPictures = Math.round(video.gopS * video.fps);
    this.#intervalUs = 1e6 / video.fps;
    this.#aheadUs = Math.round(this.#intervalUs / 4);
    this.#canvas = new PictureCanvas(video.width, video.height);
    this.compositor = new Compositor(this.#canvas, plan);
    this.encoder = new PictureEncoder(video, threads, onPicture);
  }

  /** Pictures before this one are passed without drawing (they stand in the output already). Call once, before `advance`. */
  startAt(picture: number): void {
    this.#firstDrawn = picture;
  }

  /** Draws and encodes every picture that shows nothing after `us` (RecordingUs). */
  advance(us: number): void {
    while (this.#momentOf(this.#next) + this.#aheadUs <= us) this.#step();
  }

  /** Draws and encodes up to and without picture `count`, then empties the encoder. */
  finish(count: number): void {
    while (this.#next < count) this.#step();
    this.encoder.flush();
  }

  /** Frees everything native. Idempotent. */
  close(): void {
    this.compositor.close();
    this.encoder.close();
    this.#canvas.close();
  }

  /**
   * The moment (RecordingUs) that a picture shows: a quarter of its duration after its time. A picture stands for all of its duration, so the newest
   * frame at its beginning would be late by half of it on average; and a camera in step with the output must not flicker between two frames.
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
    this.compositor.drawAt(us, this.#intervalUs);
    this.encoder.encode(this.#canvas.frame, index, index % this.#gopPictures === 0);
  }
}
