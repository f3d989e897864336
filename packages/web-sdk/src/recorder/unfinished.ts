import {
  allManifests,
  lockOf,
  readManifest,
  recordedFile,
  recordingFolder,
  recordingsFolder,
  type Manifest,
} from '../store/recording-store.ts';
import { isLocked } from '../worker/hold-lock.ts';
import { keepFile } from './keep-file.ts';
import type { RecordedMedia } from './recorder.ts';
import { WorkerLink } from './worker-link.ts';

/** A recording that a crash, a reload or a full disk left behind, or one that is finished and still kept. */
export interface KeptRecording {
  readonly id: string;
  readonly name: string;
  readonly format: Manifest['format'];
  /** Unix time in ms. */
  readonly startedAtMs: number;
  readonly sizeBytes: number;
  /** Null before it is recovered. */
  readonly durationMs: number | null;
}

/** Recordings of this origin that nobody finished and nobody is recording, oldest first. */
export async function listUnfinished(): Promise<KeptRecording[]> {
  const found: KeptRecording[] = [];
  for (const manifest of await allManifests()) {
    if (manifest.state === 'recording' && !(await isLocked(lockOf(manifest.id)))) found.push(await kept(manifest));
  }
  return found;
}

/** Finished recordings that are still in the private file system, oldest first. */
export async function listRecordings(): Promise<KeptRecording[]> {
  const manifests = await allManifests();
  return Promise.all(manifests.filter(({ state }) => state === 'finished').map(kept));
}

async function kept(manifest: Manifest): Promise<KeptRecording> {
  const { id, name, format, startedAtMs, durationMs } = manifest;
  const size = await recordedFile(await recordingFolder(id), manifest).then(
    (file) => file.size,
    () => 0,
  );
  return { id, name, format, startedAtMs, durationMs, sizeBytes: size };
}

/**
 * Makes a playable file of what is there; a finished recording is returned as it is.
 *
 * @throws {RecorderStateError} RECORDER_STATE when there is none of that id, it is still being recorded, or holds nothing.
 */
export async function recover(id: string, target: 'private' | FileSystemFileHandle = 'private'): Promise<RecordedMedia> {
  const link = new WorkerLink();
  try {
    const manifest = await link.recover(id);
    return await keepFile(id, { durationMs: manifest.durationMs ?? 0, droppedFrames: 0, reason: 'stopped' }, target);
  } finally {
    link.close();
  }
}

/** Deletes a recording and its files; does nothing when there is none of that id. */
export async function removeRecording(id: string): Promise<void> {
  const all = await recordingsFolder();
  const folder = await all.getDirectoryHandle(id).catch(() => null);
  if (folder !== null && (await readManifest(folder)) !== null) await all.removeEntry(id, { recursive: true });
}
