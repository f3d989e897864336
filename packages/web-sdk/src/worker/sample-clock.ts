/** Seconds of blocks from which the quickest delivery is taken. */
const windowBlocks = 48;
/** Blocks in a row that come later than this mean that the sound itself stood still. */
const stallMs = 60;
const stallBlocks = 8;

/**
 * The clock of a recording: counts samples of the audio context and tells which one belongs to a moment. Blocks arrive with jitter that only ever delays them, so the quickest of the last second
 * says how both clocks lie; a context that stood still is followed within {@link stallBlocks} blocks.
 */
export class SampleClock {
  readonly #rateHz: number;
  readonly #delays: number[] = [];
  #late = 0;

  constructor(rateHz: number) {
    this.#rateHz = rateHz;
  }

  get isRunning(): boolean {
    return this.#delays.length > 0;
  }

  /** A block whose last sample is `endFrame` − 1 has arrived at `atMs`. */
  push(endFrame: number, atMs: number): void {
    const delay = atMs - (endFrame / this.#rateHz) * 1000;
    this.#late = this.isRunning && delay > Math.min(...this.#delays) + stallMs ? this.#late + 1 : 0;
    if (this.#late >= stallBlocks) this.#delays.splice(0, this.#delays.length - stallBlocks + 1);
    this.#delays.push(delay);
    if (this.#delays.length > windowBlocks) this.#delays.shift();
  }

  /** The sample that is taken at `atMs`. */
  frameAt(atMs: number): number {
    return this.isRunning ? ((atMs - Math.min(...this.#delays)) * this.#rateHz) / 1000 : 0;
  }
}
