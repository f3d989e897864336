import type { GrowingFile } from '../growing-file.ts';
import { boxType, findBox } from './box.ts';
import { readFragment } from './fragment.ts';
import { readFileFacts, readTracks } from './read-movie.ts';
import type { FileFacts } from '../container-file.ts';
import type { Mp4Track } from './movie.ts';

/** A growing file as it was found. */
export interface FoundGrowing {
  readonly state: 'growing';
  readonly tracks: Mp4Track[];
  readonly moov: Uint8Array;
  readonly moovAt: number;
  /** First byte behind the reserved zone. */
  readonly zoneEnd: number;
  /** First byte behind the last whole part: what follows is torn. */
  readonly dataEnd: number;
  readonly facts: FileFacts | null;
}
export interface FoundFinished {
  readonly state: 'finished';
  readonly tracks: Mp4Track[];
  readonly facts: FileFacts;
}

interface BoxHead {
  readonly type: string;
  readonly size: number;
}

/**
 * Reads what an earlier run left: the head, then one moof after the other, filling the tracks' sample tables. Null: nothing usable (an empty file or
 * a head that was never completed). Reads boxes' headers and moofs only.
 */
export function scanMp4(file: GrowingFile): FoundGrowing | FoundFinished | null {
  const fileSize = file.sizeBytes;
  const first = headAt(file, 0, fileSize);
  if (first?.type !== 'ftyp') return null;
  const moovAt = first.size;
  const second = headAt(file, moovAt, fileSize);
  if (second?.type === 'free') return finishedFile(file, moovAt + second.size, fileSize);
  if (second?.type !== 'moov') return null;
  const moov = file.read(moovAt, second.size);
  const tracks = moov.length === second.size ? readTracks(moov) : null;
  if (tracks === null) return null;
  if (findBox(moov.subarray(8), 'mvex') === null) return finished(moov);
  const zone = headAt(file, moovAt + second.size, fileSize);
  if (zone?.type !== 'free') return null;
  const zoneEnd = moovAt + second.size + zone.size;
  return { state: 'growing', tracks, moov, moovAt, zoneEnd, ...readParts(file, zoneEnd, fileSize, tracks) };
}

/** Box header at `at`; null when the box does not lie whole inside the file (a sparse reserve may end the file: that counts as whole). */
function headAt(file: GrowingFile, at: number, fileSize: number): BoxHead | null {
  const bytes = file.read(at, 16);
  if (bytes.length < 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let size = view.getUint32(0);
  if (size === 1 && bytes.length === 16) size = Number(view.getBigUint64(8));
  const type = boxType(bytes, 0);
  if (size < 8 || (at + size > fileSize && type !== 'free')) return null;
  return { type, size };
}

function finishedFile(file: GrowingFile, from: number, fileSize: number): FoundFinished | null {
  for (let at = from; ;) {
    const head = headAt(file, at, fileSize);
    if (head === null) return null;
    if (head.type === 'moov') return finished(file.read(at, head.size));
    at += head.size;
  }
}

function finished(moov: Uint8Array): FoundFinished | null {
  const tracks = readTracks(moov);
  const facts = readFileFacts(moov);
  return tracks === null || facts === null ? null : { state: 'finished', tracks, facts };
}

function readParts(
  file: GrowingFile,
  zoneEnd: number,
  fileSize: number,
  tracks: readonly Mp4Track[],
): { dataEnd: number; facts: FileFacts | null } {
  const byId = new Map(tracks.map((track) => [track.id, track]));
  let facts = null as FileFacts | null;
  let at = zoneEnd;
  for (;;) {
    const moof = headAt(file, at, fileSize);
    if (moof?.type !== 'moof') break;
    const mdat = headAt(file, at + moof.size, fileSize);
    if (mdat?.type !== 'mdat') break;
    const fragment = readFragment(file.read(at, moof.size));
    if (fragment === null || fragment.runs.some((run) => !byId.has(run.trackId))) break;
    if (facts !== null && fragment.index !== facts.lastPart + 1) break;
    let offset = at + moof.size + 8;
    for (const run of fragment.runs) {
      byId.get(run.trackId)!.table.append(run, offset);
      for (const sample of run.samples) offset += sample.sizeBytes;
    }
    facts = {
      firstPart: facts?.firstPart ?? fragment.index,
      lastPart: fragment.index,
      startUs: facts?.startUs ?? fragment.startUs,
      endUs: fragment.startUs + fragment.durationUs,
      isLast: false,
      durationS: 0,
    };
    at += moof.size + mdat.size;
  }
  return { dataEnd: at, facts };
}
