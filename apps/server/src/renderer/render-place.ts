import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createOnce } from '../config/credentials.ts';

/** The name of the disk that parts of later renders are made on: kept in `later-renders/`, so nodes that share that folder share the name. */
export function renderPlace(dataDir: string): string {
  const path = join(dataDir, 'later-renders', 'place');
  createOnce(path, `${randomUUID()}\n`);
  return readFileSync(path, 'utf8').trim();
}
