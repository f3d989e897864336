import { FRAME_MODULUS } from '../picture/barcode.ts';
import type { CheckedPerson, FileSpan } from './types.ts';

/** A person's media time on the file's time line (ms from the file's first instant). */
export class PersonClock {
  readonly fps: number;
  readonly #person: CheckedPerson;
  readonly #fileStartMs: number;
  readonly #rate: number;
  readonly #modulus: number;
  #zeroMs: number | null;

  constructor(person: CheckedPerson, fileStartMs: number) {
    this.fps = person.fps;
    this.#person = person;
    this.#fileStartMs = fileStartMs;
    this.#rate = 1 + (person.driftPpm ?? 0) * 1e-6;
    this.#modulus = person.frameModulus ?? FRAME_MODULUS;
    this.#zeroMs = person.startMs ?? null;
  }

  get isKnown(): boolean {
    return this.#zeroMs !== null;
  }

  /** Tells where media time 0 of an unknown person stands in the file. */
  learn(zeroFileMs: number): void {
    this.#zeroMs ??= this.#steady(zeroFileMs);
  }

  mediaAt(fileMs: number): number {
    return ((this.#steady(fileMs) - this.#zeroMs!) / 1000) * this.#rate;
  }

  /** File time of a media time (s). During a pause: that of its start. */
  fileMsOf(mediaS: number): number {
    let ms = this.#zeroMs! + (mediaS * 1000) / this.#rate;
    let cut = 0;
    for (const { fromMs, toMs } of this.#person.pauses ?? []) cut += Math.max(0, Math.min(ms, toMs) - fromMs);
    ms -= cut;
    return ms - this.#fileStartMs;
  }

  /** The frame that a barcode means when it is seen at `fileMs`: numbers wrap. */
  frameOf(barcodeFrame: number, fileMs: number): number {
    const due = this.mediaAt(fileMs) * this.fps;
    return barcodeFrame + Math.round((due - barcodeFrame) / this.#modulus) * this.#modulus;
  }

  /** Spans of the file in which media is expected, cut to the file; from the person's start on when nothing is known. */
  spans(kind: 'audio' | 'video', durationMs: number): FileSpan[] {
    const known = this.#person[kind];
    const spans = known?.map(({ fromMs, toMs }) => ({ fromMs: fromMs - this.#fileStartMs, toMs: toMs - this.#fileStartMs })) ?? [
      { fromMs: this.#zeroMs === null ? durationMs : this.fileMsOf(0), toMs: durationMs },
    ];
    return spans
      .map(({ fromMs, toMs }) => ({ fromMs: Math.max(0, fromMs), toMs: Math.min(durationMs, toMs) }))
      .filter(({ fromMs, toMs }) => toMs > fromMs);
  }

  /** Recording time is without pauses; the recorder's clock is with them. */
  #steady(fileMs: number): number {
    let ms = fileMs + this.#fileStartMs;
    for (const { fromMs, toMs } of this.#person.pauses ?? []) if (ms > fromMs) ms += toMs - fromMs;
    return ms;
  }
}
