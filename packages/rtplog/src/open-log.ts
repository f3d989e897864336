import { readFile, stat } from 'node:fs/promises';
import { LogNotFoundError } from './errors.ts';
import { listEpochs, listSegments, listTracks } from './log-folders.ts';
import { SEAL_FILE } from './seal.ts';
import { decodeSegmentHeader } from './segment-format.ts';
import type { SegmentHeader } from './segment-format.ts';
import { openIfThere, SessionCursor } from './session-cursor.ts';
import type { Seal, SessionEvent } from './types.ts';

const HEAD_BYTES = 64 * 1024;

/** What a recording's folder holds, told from names, sizes and first headers alone: cheap for a log of any length. */
export interface Log {
  readonly recordingDir: string;
  /** Null when no epoch got as far as telling. */
  readonly recordingId: string | null;
  /** Ascending. */
  readonly epochs: readonly LogEpoch[];
  readonly stats: { readonly sizeBytes: number; readonly segments: number; readonly tracks: number };
}
/** One epoch of a {@link Log}. */
export interface LogEpoch {
  readonly epoch: number;
  readonly dir: string;
  /** The `started` event: room, boot, and where recording time stood. Null when the file ends before it. */
  readonly started: Extract<SessionEvent, { type: 'started' }> | null;
  readonly seal: Seal | null;
  readonly tracks: readonly LogTrack[];
}
/** One track of a {@link LogEpoch}; `header` is that of its first segment (a later one may have more formats). */
export interface LogTrack {
  readonly trackSid: string;
  readonly header: SegmentHeader;
  /** In order; paths relative to the epoch's folder. */
  readonly segments: readonly { readonly path: string; readonly sizeBytes: number }[];
}

/**
 * Looks at a recording's log without reading its records.
 * @param recordingDir `recordings/<recordingId>`.
 * @throws {LogNotFoundError} RTPLOG_NOT_FOUND when it holds no epoch.
 */
export async function openLog(recordingDir: string): Promise<Log> {
  const numbers = await listEpochs(recordingDir);
  if (numbers.length === 0) throw new LogNotFoundError(recordingDir);
  const epochs = await Promise.all(numbers.map((epoch) => openEpoch(`${recordingDir}/e${epoch}`, epoch)));
  const tracks = epochs.flatMap((epoch) => epoch.tracks);
  const segments = tracks.flatMap((track) => track.segments);
  const known = epochs.map(({ started, seal, tracks: [track] }) => started?.recordingId ?? seal?.recordingId ?? track?.header.recordingId);
  return {
    recordingDir,
    recordingId: known.find((id) => id !== undefined) ?? null,
    epochs,
    stats: {
      sizeBytes: segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      segments: segments.length,
      tracks: new Set(tracks.map(({ trackSid }) => trackSid)).size,
    },
  };
}

/** Looks at one epoch's folder. A track without a readable first header is left out. */
export async function openEpoch(dir: string, epoch: number): Promise<LogEpoch> {
  const tracks: LogTrack[] = [];
  for (const trackSid of await listTracks(dir)) {
    const segments: { path: string; sizeBytes: number }[] = [];
    let header: SegmentHeader | null = null;
    for (const segment of await listSegments(`${dir}/tracks/${trackSid}`)) {
      const path = `tracks/${trackSid}/${String(segment).padStart(6, '0')}.rtplog`;
      header ??= await readHeader(`${dir}/${path}`);
      segments.push({ path, sizeBytes: (await stat(`${dir}/${path}`)).size });
    }
    if (header !== null) tracks.push({ trackSid, header, segments });
  }
  return { epoch, dir, started: await readStarted(dir), seal: await readSeal(dir), tracks };
}

/** Returns the seal of an epoch's folder, or null when it is not sealed. */
export async function readSeal(epochDir: string): Promise<Seal | null> {
  try {
    return JSON.parse(await readFile(`${epochDir}/${SEAL_FILE}`, 'utf8')) as Seal;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function readStarted(epochDir: string): Promise<LogEpoch['started']> {
  const cursor = new SessionCursor(`${epochDir}/session.jsonl`);
  try {
    const events = (await cursor.readSome()) ?? [];
    return events.find((event) => event.type === 'started') ?? null;
  } finally {
    await cursor.close();
  }
}

async function readHeader(path: string): Promise<SegmentHeader | null> {
  const handle = await openIfThere(path);
  if (handle === null) return null;
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const decoded = decodeSegmentHeader(buffer.subarray(0, bytesRead));
    return typeof decoded === 'string' ? null : decoded.header;
  } finally {
    await handle.close();
  }
}
