/** Bytes of array buffers from which on a collection is worth its pause of some milliseconds. */
const worthwhileBytes = 16 * 2 ** 20;
/** Between two looks, ms: a look costs about 20 µs. */
const lookMs = 100;

/**
 * Encoded frames live outside V8's heap, which lets up to 64 MB of dead ones pile up before it collects. Where the collector may be called (`--expose-gc`, as
 * `workerProcess` asks for), this keeps them to a few. Elsewhere it does nothing.
 */
export class FrameGarbage {
  readonly #collect = globalThis.gc;
  #lookedMs = 0;
  #liveBytes = 0;

  /** Called about once a batch. */
  tidy(): void {
    const nowMs = performance.now();
    if (this.#collect === undefined || nowMs - this.#lookedMs < lookMs) return;
    this.#lookedMs = nowMs;
    // What lived after the last collection is no garbage: a render that holds much must not collect all the time.
    if (process.memoryUsage().arrayBuffers < this.#liveBytes + worthwhileBytes) return;
    void this.#collect();
    this.#liveBytes = process.memoryUsage().arrayBuffers;
  }
}
