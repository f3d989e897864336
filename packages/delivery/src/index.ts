export { StorageKeyError, StorageUnavailableError, StorageVerifyError } from './errors.ts';
export type { LocalStorage } from './local-storage.ts';
export { openLocalStorage } from './local-storage.ts';
export { sha256File } from './sha256-file.ts';
export type { FileGrant, GrantRefusal } from './signed-file.ts';
export { signFile, verifyFile } from './signed-file.ts';
export type { ByteRange, Storage, StoredObject } from './storage.ts';
export { checkKey, fileKey } from './storage-key.ts';
