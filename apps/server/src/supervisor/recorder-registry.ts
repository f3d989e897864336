import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identifyProcess, isRunning, type ProcessIdentity } from '../process/process-identity.ts';

/** A recorder process as it wrote itself down: by this a later supervisor knows whose recordings are whose. */
export interface RegisteredRecorder {
  readonly owner: string;
  readonly identity: ProcessIdentity;
  readonly isRunning: boolean;
}

const folder = (dataDir: string): string => join(dataDir, 'run');
const fileOf = (dataDir: string, owner: string): string => join(folder(dataDir), `recorder-${owner}.json`);

/** Written by a recorder before its first claim. Returns what takes the entry away at a clean end. */
export function registerRecorder(dataDir: string, owner: string): () => void {
  mkdirSync(folder(dataDir), { recursive: true });
  const path = fileOf(dataDir, owner);
  writeFileSync(`${path}.tmp`, JSON.stringify({ owner, identity: identifyProcess() }), { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
  return () => forgetRecorder(dataDir, owner);
}

/** Every recorder written down in this data directory, dead or alive. */
export function registeredRecorders(dataDir: string): readonly RegisteredRecorder[] {
  mkdirSync(folder(dataDir), { recursive: true });
  const found: RegisteredRecorder[] = [];
  for (const name of readdirSync(folder(dataDir))) {
    if (!/^recorder-.*\.json$/.test(name)) continue;
    try {
      const { owner, identity } = JSON.parse(readFileSync(join(folder(dataDir), name), 'utf8')) as RegisteredRecorder;
      found.push({ owner, identity, isRunning: isRunning(identity) });
    } catch {
      rmSync(join(folder(dataDir), name), { force: true });
    }
  }
  return found;
}

/** Takes an entry away. */
export function forgetRecorder(dataDir: string, owner: string): void {
  rmSync(fileOf(dataDir, owner), { force: true });
}
