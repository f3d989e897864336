const mostWaiting = 40;

/** A picture that is shown later. */
interface Waiting {
  readonly frame: VideoFrame;
  readonly dueMs: number;
}

/** One source of pictures: keeps the newest, and with a delay those that are not yet due. */
export class PictureSource {
  readonly id: string;
  readonly isScreen: boolean;
  readonly joinedOrder: number;
  /** Called when a picture of another shape comes, or the source ends. */
  readonly #onChange: () => void;
  readonly #reader: ReadableStreamDefaultReader<VideoFrame> | null;
  #frame: VideoFrame | null = null;
  readonly #waiting: Waiting[] = [];
  #delayMs = 0;
  #shape = '';
  #isClosed = false;

  constructor(id: string, isScreen: boolean, joinedOrder: number, pictures: ReadableStream<VideoFrame> | null, onChange: () => void) {
    this.id = id;
    this.isScreen = isScreen;
    this.joinedOrder = joinedOrder;
    this.#onChange = onChange;
    this.#reader = pictures?.getReader() ?? null;
    void this.#follow();
  }

  /** The newest picture; belongs to the source. Null before the first and after the track has ended. */
  get frame(): VideoFrame | null {
    return this.#frame;
  }

  get aspect(): number | null {
    return this.#frame === null ? null : this.#frame.displayWidth / this.#frame.displayHeight;
  }

  async #follow(): Promise<void> {
    try {
      while (this.#reader !== null && !this.#isClosed) {
        const { done, value } = await this.#reader.read();
        if (done) break;
        this.#take(value);
      }
    } catch {
      // A track that breaks is a track that ended.
    }
    for (const { frame } of this.#waiting.splice(0)) frame.close();
    this.#show(null);
  }

  #take(frame: VideoFrame): void {
    if (this.#delayMs === 0 && this.#waiting.length === 0) return this.#show(frame);
    this.#waiting.push({ frame, dueMs: performance.now() + this.#delayMs });
    if (this.#waiting.length > mostWaiting) this.advance(this.#waiting[0]?.dueMs ?? 0);
  }

  /** Shows pictures so much later, from now on. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Makes the newest picture that is due at `nowMs` the one that is seen. */
  advance(nowMs: number): void {
    while (this.#waiting[0] !== undefined && this.#waiting[0].dueMs <= nowMs) this.#show(this.#waiting.shift()?.frame ?? null);
  }

  #show(frame: VideoFrame | null): void {
    this.#frame?.close();
    if (this.#isClosed) frame?.close();
    this.#frame = this.#isClosed ? null : frame;
    const shape = this.#frame === null ? '' : `${this.#frame.displayWidth}x${this.#frame.displayHeight}`;
    if (shape === this.#shape) return;
    this.#shape = shape;
    this.#onChange();
  }

  /** Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const { frame } of this.#waiting.splice(0)) frame.close();
    this.#show(null);
    void this.#reader?.cancel().catch(() => undefined);
  }
}
