import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockHolder } from '../process/data-lock.ts';

const fileOf = (dataDir: string): string => join(dataDir, 'server.json');

/** Notes the address of the running server, for commands that are given in another terminal. Returns what takes the note away. */
export function noteServer(dataDir: string, url: string): () => void {
  const path = fileOf(dataDir);
  writeFileSync(`${path}.tmp`, JSON.stringify({ url }));
  renameSync(`${path}.tmp`, path);
  return () => rmSync(path, { force: true });
}

/** The address of the server that runs on this data directory, or null. */
export function runningServer(dataDir: string): string | null {
  if (lockHolder(dataDir) === null) return null;
  try {
    return (JSON.parse(readFileSync(fileOf(dataDir), 'utf8')) as { url: string }).url;
  } catch {
    return null;
  }
}
