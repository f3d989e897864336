import { mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OutputError } from '../errors.ts';
import { recordFile } from '../parts/files-journal.ts';
import type { ExtraFile } from '../plan.ts';

/** Writes a small file whole or not at all, folders made as needed. @throws {OutputError} RENDER_OUTPUT_FAILED when the disk refuses. */
export function writeWhole(outDir: string, path: string, content: string | Uint8Array): void {
  const target = join(outDir, path);
  try {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(`${target}.tmp`, content);
    renameSync(`${target}.tmp`, target);
  } catch (error) {
    throw new OutputError(target, { cause: error });
  }
}

/** Writes `<name>.json` and notes it in files.jsonl. @throws {OutputError} RENDER_OUTPUT_FAILED when the disk refuses. */
export function writeJsonExtra(outDir: string, name: 'waveform' | 'timeline', value: { readonly durationMs: number }): void {
  const path = `${name}.json`;
  writeWhole(outDir, path, `${JSON.stringify(value)}\n`);
  recordExtra(outDir, { key: name, type: name, format: 'json', path, parts: [], startMs: 0, durationMs: value.durationMs, participant: null, source: null, width: null, height: null }); // prettier-ignore
}

/** Notes a finished extra in files.jsonl. */
export function recordExtra(outDir: string, file: Omit<ExtraFile, 'state' | 'sizeBytes' | 'videoCodec' | 'audioCodec'>): void {
  const sizeBytes = [file.path, ...file.parts].reduce((sum, path) => sum + statSync(join(outDir, path)).size, 0);
  recordFile(outDir, { ...file, state: 'complete', sizeBytes, videoCodec: null, audioCodec: null });
}
