import { mediaFile, moveFile, readManifest, recordedFile, recordingFolder, recordingsFolder } from '../store/recording-store.ts';
import type { Ending } from '../worker/plan.ts';
import type { RecordedMedia } from './recorder.ts';

/**
 * The finished recording as a file; put in place of the picked one when there is one, and then not kept privately. A picked file that cannot be written (permission lost, disk full) leaves the
 * private one and says why.
 *
 * @throws {RecorderStateError} RECORDER_STATE when the recording is gone.
 */
export async function keepFile(
  id: string,
  ending: Pick<Ending, 'durationMs' | 'droppedFrames' | 'reason'>,
  target: 'private' | FileSystemFileHandle,
): Promise<RecordedMedia> {
  const folder = await recordingFolder(id);
  const manifest = await readManifest(folder);
  const kept = await recordedFile(
    folder,
    manifest ?? { id, name: id, format: 'mp4', startedAtMs: 0, state: 'finished', durationMs: null, isForeign: false, ring: null },
  );
  const durationMs = manifest?.durationMs ?? ending.durationMs;
  const facts = { id, durationMs, sizeBytes: kept.size, droppedFrames: ending.droppedFrames, endReason: ending.reason };
  if (target === 'private') return { ...facts, file: kept, savedTo: 'private', targetError: null };
  try {
    if (!(await takePlace(await mediaFile(folder, 'media'), target))) await kept.stream().pipeTo(await target.createWritable());
    const file = await target.getFile();
    await (await recordingsFolder()).removeEntry(id, { recursive: true });
    return { ...facts, file, savedTo: 'picked', targetError: null };
  } catch (cause) {
    return { ...facts, file: kept, savedTo: 'private', targetError: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** Puts a file in the place of another one. False: the other one is outside the private file system, or the browser cannot do it. */
async function takePlace(media: FileSystemFileHandle, target: FileSystemFileHandle): Promise<boolean> {
  let folder = await navigator.storage.getDirectory();
  const names = await folder.resolve(target);
  if (names === null) return false;
  for (const name of names.slice(0, -1)) folder = await folder.getDirectoryHandle(name);
  return moveFile(media, folder, target.name).catch(() => false); // what stands in its way says the copy
}
