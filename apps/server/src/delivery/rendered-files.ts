import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { JournaledFile } from '@tapedeck/render';

/** Reads the journal of an output (`files.jsonl`) again when it has changed. */
export interface RenderedFiles {
  /** The newest state of each file, without those that others have replaced. Empty before there is a journal. */
  read(): readonly JournaledFile[];
}

export function openRenderedFiles(outDir: string): RenderedFiles {
  const path = join(outDir, 'files.jsonl');
  let seen = '';
  let files: readonly JournaledFile[] = [];
  return {
    read: () => {
      if (!existsSync(path)) return [];
      const { size, mtimeMs } = statSync(path);
      const now = `${size} ${mtimeMs}`;
      if (now !== seen) files = readJournal(path);
      seen = now;
      return files;
    },
  };
}

function readJournal(path: string): readonly JournaledFile[] {
  const latest = new Map<string, JournaledFile>();
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const file = parseLine(line);
    if (file !== null) latest.set(`${file.key}.${file.format}`, file);
  }
  return [...latest.values()].filter(({ state }) => state !== 'replaced');
}

/** A torn last line is what a crash leaves: not an error. */
function parseLine(line: string): JournaledFile | null {
  try {
    return line === '' ? null : (JSON.parse(line) as JournaledFile);
  } catch {
    return null;
  }
}
