import { findBox, readBoxes } from './box.ts';
import { factsBoxId } from './movie.ts';
import type { FileFacts } from '../container-file.ts';
import type { Mp4Track } from './movie.ts';
import { SampleTable } from './sample-table.ts';

/** Tracks of a moov of ours (whole box), without their samples; null when something is missing. */
export function readTracks(moov: Uint8Array): Mp4Track[] | null {
  const tracks: Mp4Track[] = [];
  for (const trak of readBoxes(moov, 8)) {
    if (trak.type !== 'trak') continue;
    const header = findBox(trak.body, 'tkhd')?.body;
    const media = findBox(trak.body, 'mdia', 'mdhd')?.body;
    const handler = findBox(trak.body, 'mdia', 'hdlr')?.body;
    const entries = findBox(trak.body, 'mdia', 'minf', 'stbl', 'stsd')?.body;
    const edit = findBox(trak.body, 'edts', 'elst')?.body;
    if (header === undefined || media === undefined || handler === undefined || entries === undefined) return null;
    const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
    const mediaView = new DataView(media.buffer, media.byteOffset, media.byteLength);
    const editView = edit === undefined ? null : new DataView(edit.buffer, edit.byteOffset, edit.byteLength);
    tracks.push({
      id: view.getUint32(20),
      kind: handler[8] === 0x76 ? 'video' : 'audio',
      timescale: mediaView.getUint32(20),
      leadTicks: editView === null ? 0 : Number(editView.getBigInt64(16)),
      width: view.getUint32(88) / 65536,
      height: view.getUint32(92) / 65536,
      entries: readBoxes(entries, 8).map((entry) => entries.slice(entry.offset, entry.offset + entry.size)),
      table: new SampleTable(),
    });
  }
  return tracks;
}

/** What {@link fullMoov} wrote about the file; null when the box is not there. */
export function readFileFacts(moov: Uint8Array): FileFacts | null {
  const body = readBoxes(moov, 8).find((child) => child.type === 'uuid' && factsBoxId.every((byte, i) => child.body[i] === byte))?.body;
  if (body === undefined || body.length < 49) return null;
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
