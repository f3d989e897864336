import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { EvidencePort } from '@tapedeck/api';
import { paths } from '../recorder/paths.ts';
import { evidenceKey } from './evidence-key.ts';
import { manifestName } from './manifest.ts';

/** Evidence below the data directory, for the API. The key is made when there is none. */
export function evidencePort(dataDir: string): EvidencePort {
  const { algorithm, keyId, publicKeyPem } = evidenceKey(dataDir);
  const file = (recordingId: string, name: string): string => join(paths.recording(dataDir, recordingId), name);
  return {
    publicKey: () => ({ algorithm, keyId, publicKeyPem }),
    manifest: async (recordingId) => await readFile(file(recordingId, manifestName), 'utf8').catch(() => null),
    listLog: async (recordingId) => {
      const dir = paths.recording(dataDir, recordingId);
      const found = await readdir(dir, { recursive: true, withFileTypes: true });
      const files = found
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.tmp'))
        .map((entry) => join(entry.parentPath, entry.name));
      return await Promise.all(files.sort().map(async (path) => ({ name: relative(dir, path), sizeBytes: (await stat(path)).size })));
    },
    statLog: async (recordingId, name) => ({ sizeBytes: (await stat(file(recordingId, name))).size }),
    openLog: (recordingId, name) => createReadStream(file(recordingId, name)),
  };
}
