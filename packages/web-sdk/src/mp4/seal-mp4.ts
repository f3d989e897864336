import { boxAt, boxesIn, findBox, uint32s, uint64s, type Box } from './boxes.ts';
import { MovieHead } from './movie-box.ts';
import { TrackTable } from './track-table.ts';

/** A file that is read and written at places. */
export interface ByteFile {
  readonly sizeBytes: number;
  /** At most `length` bytes; fewer at the end of the file. */
  read(at: number, length: number): Uint8Array;
  write(bytes: Uint8Array, at: number): void;
  truncate(sizeBytes: number): void;
  flush(): void;
}

/**
 * Makes a plain MP4 of a fragmented one without moving its media: reads the fragments' indexes, appends one movie box for all of them and turns everything between into one media box. Works on what
 * a crash left (a last fragment that is not whole is cut off) and does nothing to a file that is sealed already. What is read at a time is one index; what is kept is four bytes and a little per sample.
 *
 * @returns how long the file lasts; null when there is no whole fragment in it.
 * @throws {RangeError} if the file is no MP4 of ours.
 * @see ISO/IEC 14496-12 §8.2 (movie), §8.6 to §8.8 (sample tables, fragments)
 */
export function sealMp4(file: ByteFile): { readonly durationMs: number } | null {
  const type = topBox(file, 0);
  if (type?.type !== 'ftyp') throw new RangeError('The file does not begin as an MP4 does.');
  const head = topBox(file, type.to);
  if (head?.type === 'mdat') return sealedDuration(file, head);
  if (head?.type !== 'moov') return null;
  const movie = new MovieHead(file.read(head.from, head.to - head.from));
  const tables = new Map(movie.trackIds.map((id) => [id, new TrackTable()]));
  let end = head.to;
  for (;;) {
    const index = topBox(file, end);
    if (index?.type !== 'moof') break;
    const media = topBox(file, index.to);
    if (media?.type !== 'mdat') break;
    readFragment(file.read(index.from, index.to - index.from), index.from, tables);
    end = media.to;
  }
  if (end === head.to) return null;
  const { bytes, durationMs } = movie.withSamples(tables);
  file.truncate(end);
  file.write(bytes, end);
  file.flush(); // the new index must be there before the old one goes
  const header = new Uint8Array(16);
  header.set(uint32s(1, 0x6d646174));
  header.set(uint64s(end - head.from), 8);
  file.write(header, head.from);
  file.flush();
  return { durationMs };
}

/** The box at a place of the file; null at the end and where it is not whole. */
function topBox(file: ByteFile, at: number): Box | null {
  const bytes = file.read(at, 16);
  if (bytes.length < 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const box = boxAt(view, 0, Math.max(0, file.sizeBytes - at));
  return box === null ? null : { type: box.type, from: at + box.from, body: at + box.body, to: at + box.to };
}

function readFragment(bytes: Uint8Array, base: number, tables: ReadonlyMap<number, TrackTable>): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const fragment of boxesIn(view, 8)) {
    if (fragment.type !== 'traf') continue;
    const header = findBox(view, 'tfhd', fragment);
    const time = findBox(view, 'tfdt', fragment);
    if (header === null || time === null) continue;
    const table = tables.get(view.getUint32(header.body + 4));
    if (!table) continue;
    table.begin(view.getUint8(time.body) === 1 ? Number(view.getBigUint64(time.body + 4)) : view.getUint32(time.body + 4));
    const defaults = readDefaults(view, header);
    for (const run of boxesIn(view, fragment.body, fragment.to)) if (run.type === 'trun') table.addRun(view, run.body, base, defaults);
  }
}

function readDefaults(view: DataView, header: Box): { readonly duration: number; readonly size: number; readonly flags: number } {
  const flags = view.getUint32(header.body) & 0xffffff;
  let at = header.body + 8;
  if ((flags & 0x1) !== 0) at += 8;
  if ((flags & 0x2) !== 0) at += 4;
  const next = (bit: number): number => {
    if ((flags & bit) === 0) return 0;
    at += 4;
    return view.getUint32(at - 4);
  };
  return { duration: next(0x8), size: next(0x10), flags: next(0x20) };
}

function sealedDuration(file: ByteFile, media: Box): { readonly durationMs: number } | null {
  const movie = topBox(file, media.to);
  if (movie?.type !== 'moov') return null;
  const bytes = file.read(movie.from, movie.to - movie.from);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = findBox(view, 'mvhd', { type: 'moov', from: 0, body: 8, to: bytes.length });
  if (header === null || view.getUint8(header.body) !== 1) return null;
  return { durationMs: (Number(view.getBigUint64(header.body + 24)) / view.getUint32(header.body + 20)) * 1000 };
}
