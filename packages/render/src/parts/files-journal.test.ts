import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RenderedFile } from '../plan.ts';
import { readFiles, recordFile } from './files-journal.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function row(key: string, durationMs: number, parts: readonly string[] = []): RenderedFile {
  const media = { width: null, height: null, videoCodec: null, audioCodec: null };
  const owner = { type: 'composite', participant: null, source: null } as const;
  return { key, state: 'growing', format: 'mp4', path: `${key}.mp4`, parts, startMs: 0, durationMs, sizeBytes: 1, ...owner, ...media };
}

describe('files.jsonl', () => {
  it('is empty before the first file', () => {
    expect(readFiles(folder)).toEqual([]);
  });
  it('gives the last line of each key and passes over a torn one', () => {
    for (const [key, ms] of [
      ['a', 1],
      ['b', 2],
      ['a', 3],
    ] as const)
      recordFile(folder, row(key, ms));
    appendFileSync(join(folder, 'files.jsonl'), JSON.stringify(row('b', 9)).slice(0, 40));
    expect(readFiles(folder).map((file) => [file.key, file.durationMs])).toEqual([
      ['a', 3],
      ['b', 2],
    ]);
    recordFile(folder, row('b', 10));
    expect(readFiles(folder).map((file) => [file.key, file.durationMs])).toEqual([
      ['a', 3],
      ['b', 10],
    ]);
  });
  it('does not grow without bound', () => {
    const parts = Array.from({ length: 900 }, (_, i) => `parts/composite/${i}.m4s`);
    for (let i = 0; i < 600; i++) recordFile(folder, row('a', i, parts));
    expect(statSync(join(folder, 'files.jsonl')).size).toBeLessThan(5 * 2 ** 20);
    expect(readFiles(folder).map((file) => file.durationMs)).toEqual([599]);
  });
});
