import { appendFileSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournaledFile } from '../plan.ts';

const journalName = 'files.jsonl';
/** Above this the journal is written anew with one line per key and format. */
const compactAboveBytes = 4 * 2 ** 20;

/** Notes a file's state in `<outDir>/files.jsonl`: one line, one write. It begins with a line end, so that a line torn by a crash stays alone. */
export function recordFile(outDir: string, file: JournaledFile): void {
  const path = join(outDir, journalName);
  appendFileSync(path, `\n${JSON.stringify(file)}\n`);
  if (statSync(path).size < compactAboveBytes) return;
  const lines = readFiles(outDir).map((row) => `${JSON.stringify(row)}\n`);
  writeFileSync(`${path}.tmp`, lines.join(''));
  renameSync(`${path}.tmp`, path);
}

/** The last state of every file of a render, in order of first appearance. A torn last line is passed over. Empty when there is no journal yet. */
export function readFiles(outDir: string): JournaledFile[] {
  const path = join(outDir, journalName);
  if (!existsSync(path)) return [];
  const files = new Map<string, JournaledFile>();
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const file = parseLine(line);
    if (file !== null) files.set(`${file.key}.${file.format}`, file);
  }
  return [...files.values()];
}

function parseLine(line: string): JournaledFile | null {
  if (!line.endsWith('}')) return null;
  try {
    return JSON.parse(line) as JournaledFile;
  } catch {
    // Torn by a crash in the middle of the write: an earlier line of the key stands.
    return null;
  }
}
