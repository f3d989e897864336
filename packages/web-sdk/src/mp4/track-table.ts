import { NumberList, RunList } from './number-list.ts';

const hasDataOffset = 0x1;
const hasFirstFlags = 0x4;
const hasDuration = 0x100;
const hasSize = 0x200;
const hasFlags = 0x400;
const hasOffset = 0x800;
const isNotSync = 0x10000;

/** Durations, sizes and flags that hold where a run does not say its own (`tfhd`). */
export interface RunDefaults {
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
}

/** Everything the sample tables of one track need, gathered fragment by fragment. Times in the track's own units. */
export class TrackTable {
  readonly sizes = new NumberList();
  readonly durations = new RunList();
  readonly offsets = new RunList();
  /** Numbers of the sync samples, from 1. */
  readonly sync = new NumberList();
  /** Samples per chunk, and where each chunk begins: high and low half. */
  readonly chunkCounts = new NumberList();
  readonly chunkPlaces = new NumberList();
  firstTime: number | null = null;
  #time = 0;
  #pending: number | null = null;

  /** Where the next fragment begins: what lies between is the duration of the sample before. */
  begin(time: number): void {
    this.firstTime ??= time;
    if (this.#pending !== null) {
      const duration = time - (this.#time - this.#pending);
      this.#time += duration >= 0 ? duration - this.#pending : 0;
      this.#pending = Math.max(0, duration);
    } else this.#time = time;
  }

  /** Adds the samples of one `trun` box; `at` is its first byte after the box header, `base` where its fragment begins in the file. Returns the bytes of media. */
  addRun(view: DataView, at: number, base: number, defaults: RunDefaults): number {
    const flags = view.getUint32(at) & 0xffffff;
    const count = view.getUint32(at + 4);
    let from = at + 8;
    const place = base + ((flags & hasDataOffset) === 0 ? 0 : view.getInt32(from));
    if ((flags & hasDataOffset) !== 0) from += 4;
    const firstFlags = (flags & hasFirstFlags) === 0 ? null : view.getUint32(from);
    if (firstFlags !== null) from += 4;
    let total = 0;
    const next = (bit: number, otherwise: number): number => {
      if ((flags & bit) === 0) return otherwise;
      from += 4;
      return view.getUint32(from - 4);
    };
    for (let index = 0; index < count; index++) {
      const duration = next(hasDuration, defaults.duration);
      const size = next(hasSize, defaults.size);
      const own = next(hasFlags, index === 0 && firstFlags !== null ? firstFlags : defaults.flags);
      this.#add(duration, size, (own & isNotSync) === 0, next(hasOffset, 0));
      total += size;
    }
    this.chunkCounts.push(count);
    this.chunkPlaces.push(Math.floor(place / 2 ** 32));
    this.chunkPlaces.push(place >>> 0);
    return total;
  }

  #add(duration: number, size: number, isSync: boolean, offset: number): void {
    if (this.#pending !== null) this.durations.push(this.#pending);
    this.#pending = duration;
    this.#time += duration;
    this.sizes.push(size);
    this.offsets.push(offset);
    if (isSync) this.sync.push(this.sizes.length);
  }

  /** Ends the table. Returns the time after the last sample. */
  end(): number {
    if (this.#pending !== null) this.durations.push(this.#pending);
    this.#pending = null;
    return this.#time;
  }
}
