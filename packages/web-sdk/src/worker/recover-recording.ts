import { RecorderStateError } from '../errors.ts';
import { cutZeros } from '../mp4/cut-zeros.ts';
import { sealMp4 } from '../mp4/seal-mp4.ts';
import {
  lockOf,
  mediaFile,
  moveFile,
  readManifest,
  recordingFolder,
  writeManifest,
  type Manifest,
  type RingShape,
} from '../store/recording-store.ts';
import { CycleRing } from './cycle-ring.ts';
import { DiskFile } from './disk-file.ts';
import { holdLock, isLocked } from './hold-lock.ts';
import { MediaOutput } from './media-output.ts';
import { remuxInWorker } from './remux-in-worker.ts';
import { WavFile, wavHeaderBytes } from './wav-file.ts';

/** Zeros that the last packet of a file may end with. */
const mediaZeros = 64;

/**
 * Makes a whole file of what a crash, a full disk or a cycle left. Does nothing to one that is whole already.
 *
 * @returns its manifest, finished.
 * @throws {RecorderStateError} RECORDER_STATE when there is none of that id, it is still being recorded, or holds nothing.
 */
export async function recoverRecording(id: string): Promise<Manifest> {
  if (await isLocked(lockOf(id))) throw new RecorderStateError(`Recording ${id} is still being recorded.`);
  const release = await holdLock(lockOf(id));
  try {
    const folder = await recordingFolder(id);
    const manifest = await readManifest(folder);
    if (manifest === null) throw new RecorderStateError(`Recording ${id} has no manifest.`);
    if (manifest.state === 'finished') return manifest;
    const durationMs = await makeWhole(folder, manifest);
    if (durationMs === null) throw new RecorderStateError(`Recording ${id} holds nothing that can be played.`);
    const finished: Manifest = { ...manifest, state: 'finished', durationMs, isForeign: false, ring: null };
    await writeManifest(folder, finished);
    return finished;
  } finally {
    release();
  }
}

/** Returns how long the file lasts; 0: unknown without decoding it. Null: nothing in it. */
async function makeWhole(folder: FileSystemDirectoryHandle, manifest: Manifest): Promise<number | null> {
  if (manifest.ring !== null) return fileOfRing(folder, manifest, manifest.ring);
  const disk = await DiskFile.open(await mediaFile(folder, 'media'));
  try {
    if (manifest.format === 'wav') return cutWav(disk);
    cutZeros(disk, mediaZeros);
    if (disk.sizeBytes === 0) return null;
    if (manifest.format === 'mp4' && !manifest.isForeign) return sealMp4(disk)?.durationMs ?? null;
  } finally {
    disk.close();
  }
  return remuxInWorker({ id: manifest.id, format: manifest.format });
}

/** Makes the file of a ring. The ring goes when the file is whole, so that it can be tried again; where there is no room for both, it becomes the file itself if that is a WAV. */
async function fileOfRing(folder: FileSystemDirectoryHandle, manifest: Manifest, shape: RingShape): Promise<number | null> {
  const handle = await mediaFile(folder, 'ring');
  const disk = await DiskFile.open(handle);
  const ring = new CycleRing(disk, shape);
  let isFile = false;
  try {
    await pourRing(ring, folder, manifest, shape);
  } catch (cause) {
    await folder.removeEntry('media');
    if (manifest.format !== 'wav' || !('move' in handle)) throw cause;
    console.warn('There is no room for the ring and its file:', cause);
    ring.becomeWav();
    isFile = true;
  } finally {
    disk.close();
  }
  if (isFile) await moveFile(handle, folder, 'media');
  else await folder.removeEntry('ring');
  return ring.length > 0 ? (ring.length / shape.rateHz) * 1000 : null;
}

async function pourRing(ring: CycleRing, folder: FileSystemDirectoryHandle, manifest: Manifest, shape: RingShape): Promise<void> {
  const disk = await DiskFile.open(await mediaFile(folder, 'media', true));
  try {
    const fail = (cause: unknown): never => {
      throw cause instanceof Error ? cause : new Error(String(cause));
    };
    const audio = { rateHz: shape.rateHz, channels: shape.channels === 1 ? 1 : 2, bitrateBps: shape.bitrateBps, codec: null } as const;
    const { format } = manifest;
    const sink =
      format === 'wav'
        ? new WavFile(disk, shape.rateHz, shape.channels, fail)
        : await MediaOutput.open({ format, video: null, audio }, disk, fail);
    await ring.pourInto(sink);
  } finally {
    disk.close();
  }
}

/** The header knows how much sound there is; the room taken ahead goes. */
function cutWav(disk: DiskFile): number | null {
  const head = disk.read(0, wavHeaderBytes);
  if (head.length < wavHeaderBytes) return null;
  const view = new DataView(head.buffer);
  const isLarge = view.getUint8(1) === 'F'.charCodeAt(0);
  const dataBytes = isLarge ? Number(view.getBigUint64(28, true)) : view.getUint32(76, true);
  disk.truncate(wavHeaderBytes + dataBytes);
  return dataBytes === 0 ? null : (dataBytes / view.getUint32(64, true)) * 1000;
}
