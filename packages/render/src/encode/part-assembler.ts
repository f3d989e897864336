import type { EncodedSample, Output } from '../parts/types.ts';
import type { EncodedPicture } from './picture-encoder.ts';
import type { EncodedSound } from './sound-encoder.ts';

/** Ticks per second of encoded video in every output. */
export const videoTimescale = 90_000;

/** Frames of sound in front of a part that it carries along: enough for every codec's decoder to settle (Opus: 80 ms). */
const framesBefore = 6;

/** How an output is cut into parts. */
export interface PartGrid {
  readonly fps: number;
  /** Pictures in a part: whole GOPs. */
  readonly pictures: number;
  readonly sampleRateHz: number;
}

/** Time of a picture since the output's first instant, µs. */
export function pictureUs(index: number, fps: number): number {
  return Math.round((index * 1e6) / fps);
}

/**
 * Collects encoded pictures and sound in order and appends a part as soon as both are past its end. Pictures and sound of parts that already stand in
 * the output (warming up after a restart) are thrown away.
 */
export class PartAssembler {
  readonly #output: Output;
  readonly #grid: PartGrid;
  #firstVideoPart: number;
  readonly #hasAudio: boolean;
  #part: number;
  #video: EncodedSample[] = [];
  #audio: EncodedSample[] = [];
  #before: readonly EncodedSample[] = [];

  constructor(output: Output, grid: PartGrid, tracks: { readonly hasVideo: boolean; readonly hasAudio: boolean }) {
    this.#output = output;
    this.#grid = grid;
    this.#firstVideoPart = tracks.hasVideo ? 1 : Number.POSITIVE_INFINITY;
    this.#hasAudio = tracks.hasAudio;
    this.#part = output.completedParts + 1;
  }

  /** Pictures come from this part on; parts before it have sound alone. */
  expectVideoFrom(part: number): void {
    this.#firstVideoPart = part;
  }

  /** Takes the next picture in order. */
  addPicture(picture: EncodedPicture): void {
    if (picture.index < (this.#part - 1) * this.#grid.pictures) return;
    const pts = this.#ticks(picture.index);
    this.#video.push({ data: picture.data, pts, dts: pts, duration: this.#ticks(picture.index + 1) - pts, isKeyframe: picture.isKeyframe });
    this.#appendComplete();
  }

  /** Takes the next frame of sound in order. */
  addSound({ data, pts, duration }: EncodedSound): void {
    const sample: EncodedSample = { data, pts, dts: pts, duration, isKeyframe: true };
    if (this.#part > 1 && pts < this.#soundStart(this.#part)) {
      this.#before = [...this.#before, sample].slice(-framesBefore);
      return;
    }
    this.#audio.push(sample);
    this.#appendComplete();
  }

  /** Appends what is left as the last, shorter part. */
  finish(endUs: number): void {
    if (this.#video.length === 0 && this.#audio.length === 0) return;
    this.#append(this.#video, this.#audio, endUs);
    this.#video = [];
    this.#audio = [];
  }

  #appendComplete(): void {
    for (;;) {
      const { pictures } = this.#grid;
      const videoEnd = this.#ticks(this.#part * pictures);
      const soundEnd = this.#soundStart(this.#part + 1);
      const lastPicture = this.#video.at(-1);
      const lastSound = this.#audio.at(-1);
      const hasVideo = this.#part >= this.#firstVideoPart;
      if (hasVideo && (lastPicture === undefined || lastPicture.pts < videoEnd)) return;
      if (this.#hasAudio && (lastSound === undefined || lastSound.pts < soundEnd)) return;
      const video = this.#video.filter((sample) => sample.pts < videoEnd);
      const audio = this.#audio.filter((sample) => sample.pts < soundEnd);
      this.#video = this.#video.slice(video.length);
      this.#audio = this.#audio.slice(audio.length);
      this.#append(video, audio, pictureUs(this.#part * pictures, this.#grid.fps));
    }
  }

  #append(video: readonly EncodedSample[], audio: readonly EncodedSample[], endUs: number): void {
    const startUs = pictureUs((this.#part - 1) * this.#grid.pictures, this.#grid.fps);
    this.#output.append({ index: this.#part, startUs, durationUs: endUs - startUs, video, audio, before: this.#before });
    this.#before = [...this.#before, ...audio].slice(-framesBefore);
    this.#part++;
  }

  #ticks(index: number): number {
    return Math.round((index * videoTimescale) / this.#grid.fps);
  }

  #soundStart(part: number): number {
    return Math.round(((part - 1) * this.#grid.pictures * this.#grid.sampleRateHz) / this.#grid.fps);
  }
}
