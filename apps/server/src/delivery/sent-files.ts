import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { appendFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Storage, StoredObject } from '@tapedeck/delivery';

interface Line extends StoredObject {
  /** Of the local file when it was sent: another one is another file. */
  readonly mtimeMs: number;
}

/**
 * Which local files stand verified in one storage, on disk beside them: what was sent is not sent, nor checked, a second time, whatever ends in between.
 */
export interface SentFiles {
  /** Stores a file, unless this very file is known to stand there. @throws as `Storage.put` */
  put(path: string, key: string, signal: AbortSignal): Promise<StoredObject>;
  /** True when this very file stands under the key. */
  has(path: string, key: string): Promise<boolean>;
  /** Where an upload of this key notes how far it came. */
  journalPath(key: string): string;
}

/** @param outDir Local files are named relative to it. The notes stand in its folder `.delivery`. */
export function openSentFiles(outDir: string, storage: Storage): SentFiles {
  const folder = join(outDir, '.delivery', hashOf(storage.place));
  const journal = join(folder, 'sent.jsonl');
  mkdirSync(folder, { recursive: true });
  const sent = readLines(journal);
  const journalPath = (key: string): string => join(folder, `${hashOf(key)}.upload.json`);
  const find = async (path: string, key: string): Promise<{ known: Line | null; mtimeMs: number }> => {
    const { size, mtimeMs } = await stat(join(outDir, path));
    const line = sent.get(key);
    return { known: line !== undefined && line.sizeBytes === size && line.mtimeMs === mtimeMs ? line : null, mtimeMs };
  };
  return {
    journalPath,
    has: async (path, key) => (await find(path, key)).known !== null,
    put: async (path, key, signal) => {
      const { known, mtimeMs } = await find(path, key);
      if (known !== null) return known;
      const stored = await storage.put({ path: join(outDir, path), key, journalPath: journalPath(key), signal });
      const line: Line = { ...stored, mtimeMs };
      sent.set(key, line);
      await appendFile(journal, `\n${JSON.stringify(line)}`); // a line torn by a crash stays alone
      return stored;
    },
  };
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

function readLines(path: string): Map<string, Line> {
  const lines = new Map<string, Line>();
  if (!existsSync(path)) return lines;
  for (const text of readFileSync(path, 'utf8').split('\n')) {
    try {
      if (text === '') continue;
      const line = JSON.parse(text) as Line;
      lines.set(line.key, line);
    } catch {
      // torn: that file is sent again
    }
  }
  return lines;
}
