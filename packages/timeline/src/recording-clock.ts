import type { ArrivalUs, RecordingUs } from './types.ts';

/** Recording time with the pauses left in: runs on steadily through pauses and over epochs. Known inside this package only; all fitting is done in it. */
export type SteadyUs = number;

/**
 * Arrival clock of the current epoch → steady time → recording time. Epochs are laid end to end as `startEpoch` says; a pause is a cut: recording time stands still
 * from `pause` to `resume`. All conversions are monotonic.
 */
export class RecordingClock {
  #shiftUs: number | null = null;
  /** Closed cuts in steady time, in order, with the sum of their lengths up to and including each. */
  readonly #cuts: { readonly from: SteadyUs; readonly to: SteadyUs; readonly totalUs: number }[] = [];
  #openCut: SteadyUs | null = null;

  /** An open pause stays open: it goes on from the start of the new epoch. */
  startEpoch(arrivalUs: ArrivalUs, recordingUs: RecordingUs): void {
    const start = recordingUs + this.#totalCutUs();
    this.#shiftUs = start - arrivalUs;
    if (this.#openCut !== null) this.#openCut = start;
  }

  /** @throws {Error} before the first epoch has started. */
  toSteady(arrivalUs: ArrivalUs): SteadyUs {
    if (this.#shiftUs === null) throw new Error('The timeline has no epoch: call startEpoch first.');
    return arrivalUs + this.#shiftUs;
  }

  toRecording(steady: SteadyUs): RecordingUs {
    const uncut = this.#openCut !== null && steady > this.#openCut ? this.#openCut : steady;
    for (let index = this.#cuts.length - 1; index >= 0; index--) {
      const cut = this.#cuts[index]!;
      if (uncut >= cut.to) return Math.round(uncut - cut.totalUs) as RecordingUs;
      if (uncut > cut.from) return Math.round(cut.to - cut.totalUs) as RecordingUs;
    }
    return Math.round(uncut) as RecordingUs;
  }

  pause(at: ArrivalUs): void {
    this.#openCut ??= Math.max(this.toSteady(at), this.#cuts.at(-1)?.to ?? Number.NEGATIVE_INFINITY);
  }

  resume(at: ArrivalUs): void {
    if (this.#openCut === null) return;
    const to = Math.max(this.#openCut, this.toSteady(at));
    this.#cuts.push({ from: this.#openCut, to, totalUs: this.#totalCutUs() + to - this.#openCut });
    this.#openCut = null;
  }

  #totalCutUs(): number {
    return this.#cuts.at(-1)?.totalUs ?? 0;
  }
}
