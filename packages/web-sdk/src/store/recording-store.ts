import { RecorderStateError, RecorderUnsupportedError } from '../errors.ts';

const folderName = 'tapedeck-recordings';
const manifestName = 'manifest.json';

/** Containers and elementary streams that the recorders write. */
export type FileFormat = 'mp4' | 'webm' | 'wav' | 'aac' | 'mp3' | 'opus';

/** What is known about a recording besides its media; kept beside it. */
export interface Manifest {
  readonly id: string;
  readonly name: string;
  readonly format: FileFormat;
  /** Unix time in ms. */
  readonly startedAtMs: number;
  readonly state: 'recording' | 'finished';
  readonly durationMs: number | null;
  /** Written by the browser's `MediaRecorder`: its duration must be put right. */
  readonly isForeign: boolean;
  /** Ring of the last seconds: how it is laid out. Null: the media file is the recording. */
  readonly ring: RingShape | null;
}

/** PCM of the last seconds on disk. */
export interface RingShape {
  readonly rateHz: number;
  readonly channels: number;
  /** Samples per channel that it holds. */
  readonly capacity: number;
  readonly bitrateBps: number;
}

const mimeTypes: Readonly<Record<FileFormat, string>> = {
  mp4: 'video/mp4',
  webm: 'video/webm',
  wav: 'audio/wav',
  aac: 'audio/aac',
  mp3: 'audio/mpeg',
  opus: 'audio/ogg',
};
const extensions: Readonly<Record<FileFormat, string>> = { mp4: 'mp4', webm: 'webm', wav: 'wav', aac: 'aac', mp3: 'mp3', opus: 'ogg' };

/** Of a file of this format. */
export function mimeTypeOf(format: FileFormat): string {
  return mimeTypes[format];
}

/** `name` with the format's extension, unless it has it. */
export function fileNameOf({ name, format }: Pick<Manifest, 'name' | 'format'>): string {
  const extension = `.${extensions[format]}`;
  return name.toLowerCase().endsWith(extension) ? name : `${name}${extension}`;
}

/** The name of the lock that a running recording holds: a crash lets go of it. */
export function lockOf(id: string): string {
  return `tapedeck-recording:${id}`;
}

/** The folder of this origin's recordings. @throws {RecorderUnsupportedError} RECORDER_UNSUPPORTED without a private file system. */
export async function recordingsFolder(): Promise<FileSystemDirectoryHandle> {
  if (!('storage' in navigator) || !('getDirectory' in navigator.storage))
    throw new RecorderUnsupportedError('This page has no private file system: it needs a secure context and a current browser.');
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(folderName, { create: true });
}

/** One recording's folder. @throws {RecorderStateError} RECORDER_STATE when there is none of that id. */
export async function recordingFolder(id: string, create = false): Promise<FileSystemDirectoryHandle> {
  const all = await recordingsFolder();
  try {
    return await all.getDirectoryHandle(id, { create });
  } catch (cause) {
    throw new RecorderStateError(`There is no recording ${JSON.stringify(id)} on this device.`, { cause });
  }
}

/** The file that holds the media (`media`), or the ring (`ring`). */
export function mediaFile(folder: FileSystemDirectoryHandle, name: 'media' | 'ring', create = false): Promise<FileSystemFileHandle> {
  return folder.getFileHandle(name, { create });
}

/** Moves a file within the private file system, over one that is there; needs no room on the disk. False: this browser cannot do it. TypeScript's DOM library does not know the method. */
export async function moveFile(file: FileSystemFileHandle, folder: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  const movable = file as FileSystemFileHandle & { move?(folder: FileSystemDirectoryHandle, name: string): Promise<void> };
  if (movable.move === undefined) return false;
  await movable.move(folder, name);
  return true;
}

/** Replaces the manifest. */
export async function writeManifest(folder: FileSystemDirectoryHandle, manifest: Manifest): Promise<void> {
  const handle = await folder.getFileHandle(manifestName, { create: true });
  const writable = await handle.createWritable();
  await writable.write(JSON.stringify(manifest));
  await writable.close();
}

/** The manifest, or null when it is missing or damaged. */
export async function readManifest(folder: FileSystemDirectoryHandle): Promise<Manifest | null> {
  try {
    const file = await (await folder.getFileHandle(manifestName)).getFile();
    return JSON.parse(await file.text()) as Manifest;
  } catch {
    return null;
  }
}

/** A finished recording as a file that lies on disk; nothing is read. */
export async function recordedFile(folder: FileSystemDirectoryHandle, manifest: Manifest): Promise<File> {
  const file = await (await mediaFile(folder, 'media')).getFile();
  return new File([file], fileNameOf(manifest), { type: mimeTypeOf(manifest.format), lastModified: file.lastModified });
}

/** All recordings of this origin, oldest first. */
export async function allManifests(): Promise<Manifest[]> {
  const found: Manifest[] = [];
  for await (const entry of (await recordingsFolder()).values()) {
    const manifest = entry.kind === 'directory' ? await readManifest(entry as FileSystemDirectoryHandle) : null;
    if (manifest !== null) found.push(manifest);
  }
  return found.sort((a, b) => a.startedAtMs - b.startedAtMs);
}
