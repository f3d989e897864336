import { boxesIn, bytesOf, findBox, makeBox, uint32s, uint64s, type Box } from './boxes.ts';
import { NumberList } from './number-list.ts';
import type { TrackTable } from './track-table.ts';

/** The movie box at a fragmented file's beginning: track headers and codec descriptions without samples. */
export class MovieHead {
  readonly #view: DataView;
  readonly #movie: Box;
  readonly #tracks = new Map<number, Box>();

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#movie = { type: 'moov', from: 0, body: 8, to: bytes.length };
    for (const track of boxesIn(this.#view, 8)) if (track.type === 'trak') this.#tracks.set(this.#trackId(track), track);
  }

  get trackIds(): number[] {
    return [...this.#tracks.keys()];
  }

  #need(path: string, inside: Box): Box {
    const box = findBox(this.#view, path, inside);
    if (box === null) throw new RangeError(`The movie box has no ${path}.`);
    return box;
  }

  #trackId(track: Box): number {
    const header = this.#need('tkhd', track);
    return this.#view.getUint32(header.body + (this.#view.getUint8(header.body) === 1 ? 20 : 12));
  }

  /** Units per second: of the movie, or of a track. */
  #timescale(header: Box): number {
    return this.#view.getUint32(header.body + (this.#view.getUint8(header.body) === 1 ? 20 : 12));
  }

  /**
   * A whole movie box: the same tracks with the samples of their tables. Tracks without samples are left out.
   *
   * @returns its bytes and how long the longest track lasts.
   */
  withSamples(tables: ReadonlyMap<number, TrackTable>): { readonly bytes: Uint8Array; readonly durationMs: number } {
    const scale = this.#timescale(this.#need('mvhd', this.#movie));
    const tracks: Uint8Array[] = [];
    let longest = 0;
    for (const [id, track] of this.#tracks) {
      const table = tables.get(id);
      if (!table || table.sizes.length === 0) continue;
      const made = this.#trackBox(track, table, scale);
      longest = Math.max(longest, made.duration);
      tracks.push(made.bytes);
    }
    const others = [...boxesIn(this.#view, 8)].filter(({ type }) => type === 'udta' || type === 'meta');
    const header = this.#header('mvhd', this.#movie, longest);
    const bytes = makeBox('moov', header, ...tracks, ...others.map((box) => bytesOf(this.#view, box)));
    return { bytes, durationMs: (longest / scale) * 1000 };
  }

  #trackBox(track: Box, table: TrackTable, movieScale: number): { readonly bytes: Uint8Array; readonly duration: number } {
    const media = this.#need('mdia', track);
    const scale = this.#timescale(this.#need('mdhd', media));
    const start = table.firstTime ?? 0;
    const length = table.end() - start;
    const skipped = this.#skipped(track);
    const inMovie = (units: number): number => Math.round((units * movieScale) / scale);
    const delay = inMovie(start);
    const shown = inMovie(length - skipped);
    const edits =
      start === 0 && skipped === 0
        ? []
        : [
            makeBox(
              'edts',
              makeBox('elst', uint32s(0x01000000, delay > 0 ? 2 : 1), ...(delay > 0 ? [edit(delay, -1)] : []), edit(shown, skipped)),
            ),
          ];
    const information = this.#need('minf', media);
    const kept = [...boxesIn(this.#view, information.body, information.to)].filter(({ type }) => type !== 'stbl');
    const bytes = makeBox(
      'trak',
      this.#header('tkhd', track, delay + shown),
      ...edits,
      makeBox(
        'mdia',
        this.#header('mdhd', media, length),
        bytesOf(this.#view, this.#need('hdlr', media)),
        makeBox('minf', ...kept.map((box) => bytesOf(this.#view, box)), this.#sampleTable(this.#need('stbl/stsd', information), table)),
      ),
    );
    return { bytes, duration: delay + shown };
  }

  /** Media that an edit list of the head leaves out at the beginning, in units of the track. */
  #skipped(track: Box): number {
    const list = findBox(this.#view, 'edts/elst', track);
    if (list === null) return 0;
    const isLong = this.#view.getUint8(list.body) === 1;
    const last = list.body + 8 + (this.#view.getUint32(list.body + 4) - 1) * (isLong ? 20 : 12);
    if (last < list.body + 8) return 0;
    return Math.max(0, isLong ? Number(this.#view.getBigInt64(last + 8)) : this.#view.getInt32(last + 4));
  }

  #sampleTable(description: Box, table: TrackTable): Uint8Array {
    const hasOffsets = table.offsets.only !== 0;
    const isAllSync = table.sync.length === table.sizes.length;
    const chunks = table.chunkCounts.length;
    const perChunk = new NumberList();
    let last = 0;
    for (let chunk = 0; chunk < chunks; chunk++) {
      const count = table.chunkCounts.at(chunk);
      if (count !== last) for (const value of [chunk + 1, count, 1]) perChunk.push(value);
      last = count;
    }
    return makeBox(
      'stbl',
      bytesOf(this.#view, description),
      makeBox('stts', uint32s(0), table.durations.bytes()),
      ...(hasOffsets ? [makeBox('ctts', uint32s(0), table.offsets.bytes())] : []),
      ...(isAllSync ? [] : [makeBox('stss', uint32s(0, table.sync.length), table.sync.bytes())]),
      makeBox('stsc', uint32s(0, perChunk.length / 3), perChunk.bytes()),
      makeBox('stsz', uint32s(0, 0, table.sizes.length), table.sizes.bytes()),
      makeBox('co64', uint32s(0, chunks), table.chunkPlaces.bytes()),
    );
  }

  /** `mvhd`, `tkhd` or `mdhd` with another duration, in the version that has 64 bits for it. */
  #header(type: 'mvhd' | 'tkhd' | 'mdhd', inside: Box, duration: number): Uint8Array {
    const box = this.#need(type, inside);
    const isLong = this.#view.getUint8(box.body) === 1;
    const read = (index: number): number =>
      isLong ? Number(this.#view.getBigUint64(box.body + 4 + index * 8)) : this.#view.getUint32(box.body + 4 + index * 4);
    const middle = box.body + (isLong ? 20 : 12);
    const middleBytes = type === 'tkhd' ? 8 : 4;
    const rest = middle + middleBytes + (isLong ? 8 : 4);
    const flags = this.#view.getUint32(box.body) & 0xffffff;
    const slice = (from: number, to: number): Uint8Array => new Uint8Array(this.#view.buffer, this.#view.byteOffset + from, to - from);
    return makeBox(
      type,
      uint32s(0x01000000 | flags),
      uint64s(read(0), read(1)),
      slice(middle, middle + middleBytes),
      uint64s(duration),
      slice(rest, box.to),
    );
  }
}

function edit(duration: number, mediaTime: number): Uint8Array {
  const entry = new Uint8Array(20);
  entry.set(uint64s(duration, mediaTime));
  entry.set(uint32s(0x00010000), 16);
  return entry;
}
