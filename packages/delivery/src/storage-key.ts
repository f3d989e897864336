import { StorageKeyError } from './errors.ts';

const maxKeyBytes = 1024;
const maxNameBytes = 240;
const unsafe = /[\u0000-\u001f\u007f\\]/;

/**
 * The key when it is safe: relative, `/` between names, no `.` or `..`, no empty name, no control character or backslash, at most 1024 bytes.
 *
 * @throws {StorageKeyError} STORAGE_KEY_INVALID otherwise.
 */
export function checkKey(key: string): string {
  if (key === '') throw new StorageKeyError(key, 'it is empty');
  if (Buffer.byteLength(key) > maxKeyBytes) throw new StorageKeyError(key.slice(0, 80), `it is longer than ${maxKeyBytes} bytes`);
  if (unsafe.test(key)) throw new StorageKeyError(key, 'it has a control character or a backslash');
  for (const name of key.split('/')) {
    if (name === '' || name === '.' || name === '..') throw new StorageKeyError(key, `"${name}" is no name`);
    if (Buffer.byteLength(name) > maxNameBytes) throw new StorageKeyError(key, `a name in it is longer than ${maxNameBytes} bytes`);
  }
  return key;
}

/** True for keys that {@link fileKey} made: the recording's id is a folder in them, where nothing else is. */
export function isNativeKey(key: string): boolean {
  return /(?:^|\/)rec_[0-9a-z]{26}\//.test(key);
}

/**
 * The key of a rendered file: `<prefix><recording id>/<path>`; from the second output on `<prefix><recording id>/out2/<path>`, so that two outputs
 * never share a key. The same file always gets the same key.
 *
 * @throws {StorageKeyError} STORAGE_KEY_INVALID when prefix or path would leave the storage.
 */
export function fileKey(file: {
  readonly prefix: string;
  readonly recordingId: string;
  readonly outputIndex: number;
  readonly path: string;
}): string {
  const folder = file.outputIndex === 0 ? '' : `out${file.outputIndex + 1}/`;
  return checkKey(`${file.prefix}${file.recordingId}/${folder}${file.path}`);
}
