import { createReadStream } from 'node:fs';
import { copyFile, link, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { StorageUnavailableError, StorageVerifyError } from '../errors.ts';
import { sha256File } from '../sha256-file.ts';
import type { ByteRange, Storage, StoredObject } from '../storage.ts';
import { checkKey } from '../storage-key.ts';

/** A {@link Storage} that can also say where a key stands on this machine's disk. */
export interface LocalStorage extends Storage {
  /** Absolute path of a key, whether or not it is there. @throws {StorageKeyError} STORAGE_KEY_INVALID */
  path(key: string): string;
}

/**
 * Files under one directory. Within a file system a file is linked, not copied, so delivering costs no space and no time; the source must not be
 * changed afterwards. What has a name under `root` is complete and synced: drafts live beside it in `.drafts`.
 */
export function openLocalStorage(root: string, name = 'default'): LocalStorage {
  const path = (key: string): string => join(root, checkKey(key));
  return {
    name,
    place: root,
    path,
    put: async (file) => {
      const target = path(file.key);
      const source = await attempt(name, file.key, () => sha256File(file.path, file.signal));
      const present = await statOrNull(target);
      const isThere = present?.sizeBytes === source.sizeBytes && (await sha256File(target, file.signal)).sha256 === source.sha256;
      if (!isThere) await attempt(name, file.key, () => place(root, file.path, target));
      return verify(name, file.key, target, source, isThere || (await sameFile(file.path, target)));
    },
    stat: async (key) => await statOrNull(path(key)),
    open: async (key, range) => {
      const target = path(key);
      return await attempt(name, key, () => openStream(target, range));
    },
    remove: async (key) => {
      const target = path(key);
      await attempt(name, key, () => rm(target, { force: true }));
    },
    sendAhead: async () => undefined, // a link takes no time
    replace: async ({ key, bytes }) => {
      const target = path(key);
      await attempt(name, key, () => placeBytes(root, bytes, target));
    },
    removeFolder: async (folder) => {
      const target = path(folder);
      await attempt(name, folder, () => rm(target, { recursive: true, force: true }));
    },
    removeUnfinished: async () => undefined,
    close: () => undefined,
  };
}

async function place(root: string, source: string, target: string): Promise<void> {
  const drafts = join(root, '.drafts');
  await mkdir(drafts, { recursive: true });
  await mkdir(dirname(target), { recursive: true });
  const draft = join(drafts, `${process.pid}-${crypto.randomUUID()}`);
  try {
    await link(source, draft).catch(() => copyFile(source, draft));
    await sync(draft);
    await rename(draft, target);
    await rm(draft, { force: true }); // rename leaves the draft when both names are already links of one file
    await sync(dirname(target));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Not synced: a playlist is made again as long as its recording runs, and delivered whole at the end. */
async function placeBytes(root: string, bytes: Uint8Array, target: string): Promise<void> {
  const drafts = join(root, '.drafts');
  await mkdir(drafts, { recursive: true });
  await mkdir(dirname(target), { recursive: true });
  const draft = join(drafts, `${process.pid}-${crypto.randomUUID()}`);
  await writeFile(draft, bytes);
  await rename(draft, target);
}

async function verify(
  name: string,
  key: string,
  target: string,
  sent: { sizeBytes: number; sha256: string },
  isSameFile: boolean,
): Promise<StoredObject> {
  const stands = isSameFile ? { sizeBytes: (await stat(target)).size, sha256: sent.sha256 } : await sha256File(target);
  if (stands.sizeBytes !== sent.sizeBytes)
    throw new StorageVerifyError(name, key, `${stands.sizeBytes} bytes stand there, ${sent.sizeBytes} were sent`);
  if (stands.sha256 !== sent.sha256) throw new StorageVerifyError(name, key, 'the SHA-256 differs');
  return { key, ...stands };
}

async function sameFile(a: string, b: string): Promise<boolean> {
  const [left, right] = await Promise.all([stat(a, { bigint: true }), stat(b, { bigint: true })]);
  return left.ino === right.ino && left.dev === right.dev;
}

async function sync(path: string): Promise<void> {
  await using handle = await open(path, 'r');
  await handle.sync();
}

async function statOrNull(path: string): Promise<{ sizeBytes: number } | null> {
  try {
    const found = await stat(path);
    return found.isFile() ? { sizeBytes: found.size } : null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function openStream(path: string, range: ByteRange | undefined): Promise<Readable> {
  const handle = await open(path, 'r');
  return createReadStream(path, { fd: handle, ...(range && { start: range.first, end: range.last }) });
}

async function attempt<T>(name: string, key: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'AbortError') throw cause;
    throw new StorageUnavailableError(name, key, { cause });
  }
}

const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
