import { rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path/posix';
import { text } from 'node:stream/consumers';
import type { FilePlace, RecordingHome } from '@tapedeck/catalogue';
import { isNativeKey, type Storage } from '@tapedeck/delivery';
import { readPlaylist } from '../delivery/playlist-parts.ts';
import { paths } from '../recorder/paths.ts';
import type { Storages } from './open-storages.ts';

const atOnce = 8;

/**
 * Removes the files of a recording from the storages they lie in, with the parts of playlists, and what else the storage that was meant for them has of it. May be
 * repeated.
 *
 * @throws what a storage throws that has listed files; one that has none is asked once.
 */
export async function removeFiles(
  storages: Pick<Storages, 'find'>,
  recording: { readonly applicationId: string; readonly id: string; readonly home?: RecordingHome | null },
  files: readonly FilePlace[],
): Promise<void> {
  const folders = new Map<string, Set<string>>();
  for (const { key, storage: name } of files) {
    const names = key.split('/');
    const own = names.indexOf(recording.id);
    // In the recording's own folder everything is its own; elsewhere (a vendor's names) only the file and the parts of its playlist are.
    if (own < 0) await removeFile(storages, recording.applicationId, { key, storage: name });
    else folders.set(name, (folders.get(name) ?? new Set()).add(names.slice(0, own + 1).join('/')));
  }
  for (const [name, below] of folders) {
    const storage = await storages.find(recording.applicationId, name);
    for (const folder of below) await storage.removeFolder(folder);
  }
  if (recording.home === null || recording.home === undefined) return;
  const { storage, folder } = recording.home;
  if (folders.get(storage)?.has(folder) === true) return;
  // Growing parts and unfinished uploads, where a fallback took the files or nothing did. A storage that is gone or denies keeps nobody from deleting.
  await storages.find(recording.applicationId, storage).then(
    (found) => found.removeFolder(folder).catch(() => undefined),
    () => undefined,
  );
}

/** Removes one file, a playlist with its parts. May be repeated. */
export async function removeFile(
  storages: Pick<Storages, 'find'>,
  applicationId: string,
  { key, storage: name }: Pick<FilePlace, 'key' | 'storage'>,
): Promise<void> {
  const storage = await storages.find(applicationId, name);
  // The parts first: without the playlist nobody would find them again.
  if (key.endsWith('.m3u8') && isNativeKey(key)) await storage.removeFolder(`${dirname(key)}/parts/${basename(key, '.m3u8')}`);
  else if (key.endsWith('.m3u8')) await removeBareParts(storage, key);
  await storage.remove(key);
  if (key.endsWith('.thumbnails/index.vtt')) await storage.removeFolder(dirname(key));
}

/** The parts of a playlist that stand beside it, of which each begins with its name. */
async function removeBareParts(storage: Storage, key: string): Promise<void> {
  if ((await storage.stat(key)) === null) return;
  const list = await text(await storage.open(key));
  const stem = key.slice(0, -'.m3u8'.length);
  const parts = readPlaylist(list, key).parts.filter((part) => part.startsWith(`${stem}_`) && !part.slice(stem.length).includes('/'));
  for (let at = 0; at < parts.length; at += atOnce) await Promise.all(parts.slice(at, at + atOnce).map((part) => storage.remove(part)));
}

/** Removes what the server's disk has of a recording besides delivered files: its log and files in the making. */
export async function removeWorkingFiles(dataDir: string, recordingId: string): Promise<void> {
  await rm(paths.recording(dataDir, recordingId), { recursive: true, force: true });
  await rm(paths.renders(dataDir, recordingId), { recursive: true, force: true });
  await rm(paths.laterRenders(dataDir, recordingId), { recursive: true, force: true });
}
