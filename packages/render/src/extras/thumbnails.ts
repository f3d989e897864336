import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readFiles } from '../parts/files-journal.ts';
import type { JournaledFile } from '../plan.ts';
import { KeyframeReader } from './keyframe-reader.ts';
import { PictureSheet } from './picture-sheet.ts';
import { recordExtra, writeWhole } from './write-extra.ts';

/** The longer side of a thumbnail, pixels. */
const longSide = 160;
/** Formats with pictures, the one that is quickest to read first. */
const preferred = ['mp4', 'webm', 'flv', 'hls'];

/** Seconds between thumbnails: about a hundred for a call, never denser than one a second nor thinner than one in ten. */
export function thumbnailIntervalS(durationS: number): number {
  return [1, 2, 5].find((step) => durationS <= step * 100) ?? 10;
}

/**
 * Makes thumbnails of every finished file with a picture in `outDir`: sheets of 10 × 10 JPEG pictures (160 pixels the longer side) and a WebVTT track that says which
 * rectangle of which sheet (`0001.jpg#xywh=…`) shows a time. A thumbnail is the file's keyframe at or before its time. Files of one name in several formats share theirs.
 *
 * @throws the first error, after all files were tried: {OutputError} RENDER_OUTPUT_FAILED when the disk refuses.
 */
export function makeThumbnails(outDir: string, signal?: AbortSignal): void {
  const rows = readFiles(outDir).filter((file) => file.state === 'complete');
  const byKey = Map.groupBy(
    rows.filter(({ format, width }) => width !== null && preferred.includes(format)),
    ({ key }) => key.replace(/\.hls$/, ''),
  );
  const troubles: unknown[] = [];
  for (const [key, files] of byKey) {
    signal?.throwIfAborted();
    const folder = `${key}.thumbnails`;
    if (rows.some((row) => row.key === folder && row.type === 'thumbnails') && existsSync(join(outDir, folder, 'index.vtt'))) continue;
    const [file] = files.toSorted((a, b) => preferred.indexOf(a.format) - preferred.indexOf(b.format));
    try {
      if (file !== undefined) makeSheets(outDir, folder, file);
    } catch (error) {
      troubles.push(error); // the other files get theirs
    }
  }
  if (troubles.length > 0) throw troubles[0];
}

function makeSheets(outDir: string, folder: string, file: JournaledFile): void {
  const reader = KeyframeReader.open(join(outDir, file.path));
  if (reader === null) return;
  const { width, height } = thumbnailSize(file.width ?? longSide, file.height ?? longSide);
  const sheet = new PictureSheet(width, height);
  const parts: string[] = [];
  const cues: string[] = [];
  const store = (): void => {
    const path = `${folder}/${sheetName(parts.length + 1)}`;
    writeWhole(outDir, path, sheet.take());
    parts.push(path);
  };
  try {
    const durationS = file.durationMs / 1000;
    const stepS = thumbnailIntervalS(durationS);
    let hasPicture = false;
    for (let atS = 0; atS < durationS; atS += stepS) {
      const picture = reader.at(atS);
      if (picture === null && !hasPicture) continue;
      const { x, y } = picture === null || picture === 'same' ? sheet.repeat() : sheet.add(picture);
      hasPicture = true;
      const until = Math.min(durationS, atS + stepS);
      cues.push(`${clock(atS)} --> ${clock(until)}\n${sheetName(parts.length + 1)}#xywh=${x},${y},${width},${height}\n`);
      if (sheet.isFull) store();
    }
    if (sheet.count > 0) store();
  } finally {
    sheet.close();
    reader.close();
  }
  if (parts.length === 0) return;
  writeWhole(outDir, `${folder}/index.vtt`, `WEBVTT\n\n${cues.join('\n')}`);
  const { participant, source, startMs, durationMs } = file;
  recordExtra(outDir, { key: folder, type: 'thumbnails', format: 'vtt', path: `${folder}/index.vtt`, parts, participant, source, startMs, durationMs, width, height }); // prettier-ignore
}

const sheetName = (number: number): string => `${String(number).padStart(4, '0')}.jpg`;

/** The longer side has {@link longSide} pixels, the other keeps the shape; both even. */
function thumbnailSize(width: number, height: number): { readonly width: number; readonly height: number } {
  const scale = longSide / Math.max(width, height);
  const side = (value: number): number => Math.max(2, Math.round((value * scale) / 2) * 2);
  return { width: side(width), height: side(height) };
}

function clock(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`;
}
