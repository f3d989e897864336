import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournaledFile } from '../plan.ts';
import { readFiles, recordFile } from './files-journal.ts';
import { endPlaylist } from './hls-playlist.ts';
import { openContainer } from './open-container.ts';
import type { FileFormat } from './open-container.ts';

/**
 * Completes the files that a render which cannot go on left growing, as they are: nothing is rendered, what they hold by now is what they will hold. Chapters are left out. A file
 * without a whole part stays as it is. Idempotent. The caller holds the folder's lock.
 */
export function endFiles(outDir: string): void {
  for (const file of readFiles(outDir)) {
    if (file.state !== 'growing') continue;
    const ended = file.format === 'hls' ? endHls(outDir, file) : endContainer(outDir, file);
    if (ended !== null) recordFile(outDir, { ...ended, state: 'complete' });
  }
}

function endHls(outDir: string, file: JournaledFile): JournaledFile {
  const path = join(outDir, file.path);
  const { text, uris, durationMs } = endPlaylist(readFileSync(path, 'utf8'));
  writeFileSync(`${path}.tmp`, text);
  renameSync(`${path}.tmp`, path);
  const parts = uris.map(decodeURIComponent);
  return { ...file, parts, durationMs, sizeBytes: parts.reduce((sum, part) => sum + statSync(join(outDir, part)).size, 0) };
}

function endContainer(outDir: string, file: JournaledFile): JournaledFile | null {
  const opened = openContainer(file.format as FileFormat, join(outDir, file.path), null, { reserveBytes: 0 });
  try {
    if (opened.facts === null) return null;
    opened.finish(true);
    return { ...file, ...opened.media, durationMs: Math.round(opened.facts.durationS * 1000), sizeBytes: opened.sizeBytes };
  } finally {
    opened.close();
  }
}
