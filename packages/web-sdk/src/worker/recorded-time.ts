/** Maps samples of the running clock to samples of the recording: pauses are cut out. */
export class RecordedTime {
  #start: number | null = null;
  #cut = 0;
  #pausedAt: number | null = null;

  get hasBegun(): boolean {
    return this.#start !== null;
  }

  get isPaused(): boolean {
    return this.#pausedAt !== null;
  }

  begin(frame: number): void {
    this.#start ??= frame;
  }

  pause(frame: number): void {
    if (this.#start !== null) this.#pausedAt ??= Math.max(frame, this.#start);
  }

  resume(frame: number): void {
    if (this.#pausedAt === null) return;
    this.#cut += Math.max(0, frame - this.#pausedAt);
    this.#pausedAt = null;
  }

  /** The recording's sample at a sample of the clock; null before it began and while it is paused. */
  at(frame: number): number | null {
    return this.#start === null || this.#pausedAt !== null ? null : frame - this.#start - this.#cut;
  }
}
