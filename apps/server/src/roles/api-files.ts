import { createHmac } from 'node:crypto';
import type { FileAddress, FilesPort } from '@tapedeck/api';
import { isNativeKey, signFile, verifyFile } from '@tapedeck/delivery';
import { removeFile, removeFiles, removeWorkingFiles } from '../storages/remove-recording.ts';
import type { Storages } from '../storages/open-storages.ts';
import type { Runtime } from '../supervisor/messages.ts';

/** Files of all storages for the API; addresses are good for as long as the configuration says. The bytes of buckets pass through this server: see docs/decisions. */
export function filesPort(runtime: Runtime, storages: Storages): FilesPort {
  const { dataDir, linkLifeS } = runtime.config;
  const signingKey = createHmac('sha256', Buffer.from(runtime.masterKey, 'hex')).update('tapedeck file addresses').digest();
  const nowS = (): number => Math.floor(Date.now() / 1000);
  return {
    sign: (file, scope, lifeS = linkLifeS) => {
      // The folder of a vendor's name is not the recording's alone.
      const opened = scope === 'folder' && !isNativeKey(file.key) ? 'parts' : scope;
      return signFile({ key: toPath(file), scope: opened, expiresAtS: nowS() + lifeS }, signingKey);
    },
    verify: (path) => {
      const grant = verifyFile(path, signingKey, nowS());
      return 'refusal' in grant ? grant : (fromPath(grant.key) ?? { refusal: 'malformed' });
    },
    stat: async ({ applicationId, storage, key }) => await (await storages.find(applicationId, storage)).stat(key),
    open: async ({ applicationId, storage, key }, range) => await (await storages.find(applicationId, storage)).open(key, range),
    removeFile: (applicationId, file) => removeFile(storages, applicationId, file),
    remove: async (recording, files) => {
      await removeFiles(storages, recording, files);
      await removeWorkingFiles(dataDir, recording.id);
    },
  };
}

/** The storage comes first, so that no key of one storage reads as a file of another. */
function toPath({ applicationId, storage, key }: FileAddress): string {
  return `${storage === 'default' ? 'default' : `${applicationId}.${storage}`}/${key}`;
}

function fromPath(path: string): FileAddress | null {
  const [, applicationId, named, key] = /^(?:default|(app_[0-9a-z]+)\.([a-z0-9-]+))\/(.+)$/s.exec(path) ?? [];
  return key === undefined ? null : { applicationId: applicationId ?? '', storage: named ?? 'default', key };
}
