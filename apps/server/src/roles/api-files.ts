import { createHmac } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import type { FilesPort } from '@tapedeck/api';
import { checkKey, openLocalStorage, signFile, verifyFile } from '@tapedeck/delivery';
import { paths } from '../recorder/paths.ts';
import type { Runtime } from '../supervisor/messages.ts';

const linkLifeS = 3600;

/** Files of the default storage for the API; addresses are good for an hour. */
export function filesPort(runtime: Runtime): FilesPort {
  const { dataDir } = runtime.config;
  const root = paths.storage(dataDir);
  const storage = openLocalStorage(root);
  const signingKey = createHmac('sha256', Buffer.from(runtime.masterKey, 'hex')).update('tapedeck file addresses').digest();
  const nowS = (): number => Math.floor(Date.now() / 1000);
  return {
    sign: (key, scope) => signFile({ key, scope, expiresAtS: nowS() + linkLifeS }, signingKey),
    verify: (path) => verifyFile(path, signingKey, nowS()),
    stat: (key) => storage.stat(key),
    open: (key, range) => storage.open(key, range),
    remove: async (recordingId, storagePaths) => {
      for (const path of storagePaths) await removeStored(root, path, recordingId);
      await rm(paths.recording(dataDir, recordingId), { recursive: true, force: true });
      await rm(paths.renders(dataDir, recordingId), { recursive: true, force: true });
    },
  };
}

/** The file and, when it lies in the recording's own folder, that folder with the parts of playlists. */
async function removeStored(root: string, path: string, recordingId: string): Promise<void> {
  const names = checkKey(relative(root, path)).split('/');
  const own = names.indexOf(recordingId);
  await rm(path, { force: true });
  if (own >= 0) await rm(`${root}/${names.slice(0, own + 1).join('/')}`, { recursive: true, force: true });
  else if (path.endsWith('.m3u8')) await rm(`${dirname(path)}/parts`, { recursive: true, force: true });
}
