import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Chapter } from '../../parts/types.ts';
import { ByteWriter } from '../byte-writer.ts';
import { GrowingFile } from '../growing-file.ts';
import { ftyp, fullMoov } from './movie.ts';
import type { FileFacts } from '../container-file.ts';
import type { Mp4Track } from './movie.ts';

/**
 * Replaces a growing file by one without reserve and fragment headers: `[ftyp][moov][mdat]`. Written beside it and renamed, so that a crash leaves one or
 * the other.
 */
export function compactMp4(growing: GrowingFile, tracks: readonly Mp4Track[], facts: FileFacts, marks: readonly Chapter[]): void {
  const chunks = tracks.flatMap((track) => track.table.chunks).sort((a, b) => a.offset - b.offset);
  const start = ftyp();
  const headBytes = start.length + fullMoov(tracks, facts, marks, (offset) => offset).length + 16;
  const places = new Map<number, number>();
  let at = headBytes;
  for (const chunk of chunks) {
    places.set(chunk.offset, at);
    at += chunk.sizeBytes;
  }
  const temporary = `${growing.path}.tmp`;
  rmSync(temporary, { force: true });
  const out = new GrowingFile(temporary);
  try {
    const moov = fullMoov(tracks, facts, marks, (offset) => places.get(offset)!);
    const mdat = new ByteWriter(16)
      .u32(1)
      .text('mdat')
      .u64(at - headBytes + 16);
    out.write(0, Buffer.concat([start, moov, mdat.toBytes()]));
    // One buffer for all: nothing is collected in between, and a fresh one for each chunk would be the whole file.
    const scratch = new Uint8Array(Math.max(0, ...chunks.map(({ sizeBytes }) => sizeBytes)));
    for (const chunk of chunks) out.write(places.get(chunk.offset)!, growing.read(chunk.offset, chunk.sizeBytes, scratch));
    out.sync();
  } finally {
    out.close();
  }
  renameSync(temporary, growing.path);
  syncFolder(dirname(growing.path));
}

/** Makes a rename durable. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
