import { ByteWriter } from '../byte-writer.ts';
import type { FileFacts } from '../container-file.ts';
import { float, idBytes, ids, longSize, master, readElements, readHeader, text, uint, voidElement } from './ebml.ts';
import { readTrack, writeTrack } from './webm-track.ts';
import type { WebmTrack } from './webm-track.ts';

/** Bytes in front of the first cluster, the same for every file: tracks may be added and the index linked in place. */
export const headBytes = 2048;
const seekHeadBytes = 128;
const factsMark = new TextEncoder().encode('tapedeck.file.v1');

/** What changes when a file is finished. */
export interface Ending {
  readonly facts: FileFacts;
  /** Offset of the Cues element in the file; null when there is nothing to seek to. */
  readonly cuesAt: number | null;
  readonly fileBytes: number;
}

/**
 * The whole head, exactly {@link headBytes} long: EBML header, Segment (size unknown while growing), seek index, Info, Tracks, and padding.
 *
 * @throws {RangeError} when the tracks' codec data does not fit.
 * @see RFC 9559 §4.5, webmproject.org/docs/container
 */
export function webmHead(tracks: readonly WebmTrack[], ending: Ending | null): Uint8Array {
  const out = new ByteWriter(headBytes);
  master(out, ids.ebml, () => {
    for (const [id, value] of [
      [0x4286, 1],
      [0x42f7, 1],
      [0x42f2, 4],
      [0x42f3, 8],
    ] as const)
      uint(out, id, value);
    text(out, 0x4282, 'webm');
    uint(out, 0x4287, 4);
    uint(out, 0x4285, 2);
  });
  out.bytes(idBytes(ids.segment));
  if (ending === null) out.u32(0x01ffffff).u32(0xffffffff);
  else longSize(out, ending.fileBytes - out.length - 8);
  const segmentAt = out.length;
  const infoAt = segmentAt + seekHeadBytes;
  const body = new ByteWriter(headBytes);
  writeInfo(body, ending?.facts.durationS ?? null);
  const tracksAt = infoAt + body.length;
  master(body, ids.tracks, () => {
    for (const track of tracks) writeTrack(body, track);
  });
  writeSeekHead(out, segmentAt, infoAt, tracksAt, ending?.cuesAt ?? null);
  out.bytes(body.toBytes());
  const left = headBytes - out.length;
  if (left < 128) throw new RangeError(`The tracks' codec data does not fit a head of ${headBytes} bytes.`);
  voidElement(out, left, ending === null ? new Uint8Array(0) : factsBytes(ending.facts));
  return out.toBytes().slice();
}

function writeInfo(out: ByteWriter, durationS: number | null): void {
  master(out, ids.info, () => {
    uint(out, ids.timestampScale, 1_000_000);
    text(out, ids.muxingApp, 'Tapedeck');
    text(out, ids.writingApp, 'Tapedeck');
    if (durationS !== null) float(out, ids.duration, durationS * 1000);
  });
}

function writeSeekHead(out: ByteWriter, segmentAt: number, infoAt: number, tracksAt: number, cuesAt: number | null): void {
  const start = out.length;
  master(out, ids.seekHead, () => {
    for (const [id, at] of [
      [ids.info, infoAt],
      [ids.tracks, tracksAt],
      [ids.cues, cuesAt],
    ] as const) {
      if (at === null) continue;
      master(out, ids.seek, () => {
        out.bytes(idBytes(ids.seekId)).u8(0x84).u32(id);
        uint(out, ids.seekPosition, at - segmentAt);
      });
    }
  });
  voidElement(out, start + seekHeadBytes - out.length);
}

function factsBytes(facts: FileFacts): Uint8Array {
  const out = new ByteWriter(64).bytes(factsMark).u32(facts.firstPart).u32(facts.lastPart).u64(facts.startUs).u64(facts.endUs);
  return out
    .u8(facts.isLast ? 1 : 0)
    .f64(facts.durationS)
    .toBytes();
}

/** Segment position 0 of a head of ours: cue and seek positions count from here. */
export function segmentStart(head: Uint8Array): number {
  const ebml = readHeader(head, 0)!;
  return ebml.headerBytes + ebml.sizeBytes + 12;
}

/** Tracks, and the facts when the file was finished; null when it is no head of ours. */
export function readHead(head: Uint8Array): { readonly tracks: WebmTrack[]; readonly facts: FileFacts | null } | null {
  const ebml = readHeader(head, 0);
  if (head.length < headBytes || ebml?.id !== ids.ebml) return null;
  const segment = readHeader(head, ebml.headerBytes + ebml.sizeBytes);
  if (segment?.id !== ids.segment) return null;
  const tracks: WebmTrack[] = [];
  let facts: FileFacts | null = null;
  for (const { id, body } of readElements(head, segmentStart(head))) {
    if (id === ids.tracks) {
      for (const entry of readElements(body)) {
        const track = readTrack(entry.body);
        if (track === null) return null;
        tracks.push(track);
      }
    } else if (id === ids.void) facts = readFacts(body) ?? facts;
  }
  return { tracks, facts };
}

function readFacts(body: Uint8Array): FileFacts | null {
  if (body.length < 49 || !factsMark.every((byte, i) => body[i] === byte)) return null;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return {
    firstPart: view.getUint32(16),
    lastPart: view.getUint32(20),
    startUs: Number(view.getBigInt64(24)),
    endUs: Number(view.getBigInt64(32)),
    isLast: body[40] === 1,
    durationS: view.getFloat64(41),
  };
}
