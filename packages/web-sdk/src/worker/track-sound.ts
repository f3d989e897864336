import { fitSamples } from './fit-samples.ts';

/** Sound waits in a ring of so many seconds. */
const ringS = 4;
/** The quickest delivery of this long says where a source's clock stands. */
const windowMs = 1500;
const gapUs = 20_000;
const largestGapUs = 10_000_000;
/** Sound that stands so much too late (its first delivery was) is put right at once, too early only when its track itself stood still: a busy machine looks like that for a moment. */
const lateJumpMs = 12;
const earlyJumpMs = 120;
const driftMs = 4;

/** One source of sound on the recording's clock: gaps stay gaps, another clock's drift is taken up by single samples, bursts of late deliveries do not matter. */
export class TrackSound {
  readonly #rateHz: number;
  readonly #channels: number;
  readonly #rings: Float32Array[];
  readonly #deliveries: { readonly atMs: number; readonly offset: number }[] = [];
  /** Samples that came, gaps included; and where the next one goes on the recording's clock. */
  #came = 0;
  #next: number | null = null;
  #endUs: number | null = null;
  #fraction = 0;
  #delayFrames = 0;
  #squares = 0;
  #squared = 0;

  constructor(rateHz: number, channels: number) {
    this.#rateHz = rateHz;
    this.#channels = channels;
    this.#rings = Array.from({ length: channels }, () => new Float32Array(rateHz * ringS));
  }

  /** Lets it be heard so much later. */
  delay(ms: number): void {
    this.#delayFrames = Math.round((ms * this.#rateHz) / 1000);
  }

  /** Takes a block that was delivered at `atFrame` of the recording's clock, and closes it. Sound of a moment that is already mixed (before `mixed`) is lost. */
  take(data: AudioData, atFrame: number, atMs: number, mixed: number): void {
    const planes = planesOf(data, this.#channels);
    const { timestamp, numberOfFrames, sampleRate } = data;
    data.close();
    const gap = this.#endUs === null ? 0 : timestamp - this.#endUs;
    this.#endUs = timestamp + (numberOfFrames * 1e6) / sampleRate;
    if (gap > gapUs && gap < largestGapUs) this.#skip(Math.round((gap * this.#rateHz) / 1e6));
    const exact = (numberOfFrames * this.#rateHz) / sampleRate + this.#fraction;
    const count = Math.floor(exact);
    this.#fraction = exact - count;
    this.#came += count;
    const place = this.#placeOf(atFrame, atMs) - count;
    const error = this.#next === null ? Number.POSITIVE_INFINITY : place - this.#next;
    const errorMs = (error / this.#rateHz) * 1000;
    const isMoved = errorMs < -lateJumpMs || errorMs > earlyJumpMs;
    if (isMoved) this.#next = place;
    const bend = !isMoved && Math.abs(errorMs) > driftMs ? Math.sign(errorMs) : 0;
    this.#write(planes, Math.max(1, count + bend), mixed);
  }

  #skip(frames: number): void {
    this.#came += frames;
    if (this.#next !== null) this.#next += frames;
  }

  /** Where the sample after the newest one stands on the recording's clock. */
  #placeOf(atFrame: number, atMs: number): number {
    this.#deliveries.push({ atMs, offset: atFrame - this.#came });
    while (this.#deliveries[0] !== undefined && this.#deliveries[0].atMs < atMs - windowMs) this.#deliveries.shift();
    const quickest = this.#deliveries.reduce((least, { offset }) => Math.min(least, offset), Number.POSITIVE_INFINITY);
    return Math.round(this.#came + quickest + this.#delayFrames);
  }

  #write(planes: readonly Float32Array[], count: number, mixed: number): void {
    const from = this.#next ?? 0;
    for (const [channel, ring] of this.#rings.entries()) {
      const samples = fitSamples(planes[channel] ?? new Float32Array(1), count);
      for (let i = Math.max(0, mixed - from); i < count; i++)
        ring[(((from + i) % ring.length) + ring.length) % ring.length] = samples[i] ?? 0;
      if (channel === 0) for (const sample of samples) this.#squares += sample * sample;
    }
    this.#squared += count;
    this.#next = from + count;
  }

  /** Adds samples `from` to `to` to planes that follow each other, and forgets them. */
  mixInto(planes: Float32Array, from: number, to: number): void {
    const count = to - from;
    for (const [channel, ring] of this.#rings.entries()) {
      for (let i = 0; i < count; i++) {
        const at = (from + i) % ring.length;
        const target = channel * count + i;
        planes[target] = (planes[target] ?? 0) + (ring[at] ?? 0);
        ring[at] = 0;
      }
    }
  }

  /** Loudness (root mean square) since the last time it was asked for. */
  level(): number {
    const level = this.#squared === 0 ? 0 : Math.sqrt(this.#squares / this.#squared);
    this.#squares = 0;
    this.#squared = 0;
    return level;
  }
}

/** So many channels of a block: one is used for both sides, two are averaged into one. */
function planesOf(data: AudioData, channels: number): Float32Array[] {
  const read = (planeIndex: number): Float32Array => {
    const plane = new Float32Array(data.numberOfFrames);
    data.copyTo(plane, { planeIndex, format: 'f32-planar' });
    return plane;
  };
  const left = read(0);
  if (data.numberOfChannels === 1) return Array.from({ length: channels }, () => left);
  const right = read(1);
  return channels === 2 ? [left, right] : [left.map((sample, index) => (sample + (right[index] ?? 0)) / 2)];
}
