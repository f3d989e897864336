import { TrackSound } from './track-sound.ts';

/** Sound is mixed so much after its moment: what comes later is lost. */
const waitMs = 300;
const turnMs = 20;
const mostPerTurnMs = 100;
const levelTurns = 10;
/** A worker that did nothing for longer than this stood still. */
const stillMs = 100;

/** Sums the sound of tracks on a clock of its own (this worker's), in blocks without gaps. A busy machine delays it and loses nothing as long as tracks are read within {@link waitMs}. */
export class TrackMixer {
  readonly #rateHz: number;
  readonly #channels: number;
  readonly #onBlock: (frame: number, planes: Float32Array<ArrayBuffer>) => void;
  readonly #onLevel: (id: string, level: number) => void;
  readonly #beganMs = performance.now();
  readonly #sounds = new Map<string, { readonly sound: TrackSound; readonly reader: ReadableStreamDefaultReader<AudioData> }>();
  readonly #timer = setInterval(() => this.#turn(), turnMs);
  #mixed = 0;
  #turns = 0;
  #seenMs = performance.now();
  #stoodStillMs = 0;

  constructor(
    rateHz: number,
    channels: number,
    onBlock: (frame: number, planes: Float32Array<ArrayBuffer>) => void,
    onLevel: (id: string, level: number) => void,
  ) {
    this.#rateHz = rateHz;
    this.#channels = channels;
    this.#onBlock = onBlock;
    this.#onLevel = onLevel;
  }

  /** The sample of this moment. */
  nowFrame(): number {
    return ((performance.now() - this.#beganMs) * this.#rateHz) / 1000;
  }

  /** Time without what this worker stood still: what was delivered before says where a source stands after it too. */
  #awakeMs(): number {
    const now = performance.now();
    const sinceMs = now - this.#seenMs;
    if (sinceMs > stillMs) this.#stoodStillMs += sinceMs;
    this.#seenMs = now;
    return now - this.#stoodStillMs;
  }

  /** Adds a track's sound, or takes the place of the one by that id. */
  add(id: string, stream: ReadableStream<AudioData>): void {
    this.remove(id);
    const entry = { sound: new TrackSound(this.#rateHz, this.#channels), reader: stream.getReader() };
    this.#sounds.set(id, entry);
    void this.#follow(id, entry);
  }

  async #follow(id: string, entry: { readonly sound: TrackSound; readonly reader: ReadableStreamDefaultReader<AudioData> }): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await entry.reader.read();
        if (done) break;
        if (this.#sounds.get(id) === entry) entry.sound.take(value, this.nowFrame(), this.#awakeMs(), this.#mixed);
        else value.close();
      }
    } catch {
      // A track that breaks is silent.
    }
  }

  delay(id: string, ms: number): void {
    this.#sounds.get(id)?.sound.delay(ms);
  }

  remove(id: string): void {
    const entry = this.#sounds.get(id);
    this.#sounds.delete(id);
    void entry?.reader.cancel().catch(() => undefined);
  }

  #turn(): void {
    this.#awakeMs();
    // A worker that stood still has its timers before the sound that waits to be read: it catches up step by step.
    const due = Math.floor(this.nowFrame() - (waitMs * this.#rateHz) / 1000);
    this.mixUntil(Math.min(due, this.#mixed + (mostPerTurnMs * this.#rateHz) / 1000));
    this.#turns++;
    if (this.#turns % levelTurns === 0) for (const [id, { sound }] of this.#sounds) this.#onLevel(id, sound.level());
  }

  /** Hands out what is there up to a sample; sound of these moments that comes later is lost. */
  mixUntil(frame: number): void {
    const most = (mostPerTurnMs * this.#rateHz) / 1000;
    while (this.#mixed < frame) {
      const to = Math.min(frame, this.#mixed + most);
      const planes = new Float32Array((to - this.#mixed) * this.#channels);
      for (const { sound } of this.#sounds.values()) sound.mixInto(planes, this.#mixed, to);
      const from = this.#mixed;
      this.#mixed = to;
      this.#onBlock(from, planes);
    }
  }

  /** Idempotent. */
  close(): void {
    clearInterval(this.#timer);
    for (const id of [...this.#sounds.keys()]) this.remove(id);
  }
}
