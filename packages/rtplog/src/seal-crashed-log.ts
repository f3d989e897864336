import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { EpochReader } from './epoch-reader.ts';
import { LogNotFoundError, SealFailedError } from './errors.ts';
import { nodeFileLayer } from './file-layer.ts';
import { listSegments, listTracks } from './log-folders.ts';
import { readSeal } from './open-log.ts';
import { chainHead, writeSeal } from './seal.ts';
import type { Seal } from './types.ts';

/**
 * Seals a log whose writer has died; returns the seal it has when it is sealed already. No segment is changed: a torn tail stays as it is, is part
 * of the hash, and readers stop in front of it. A writer that died before its first byte leaves an empty log, which is sealed as such. The caller makes sure that nobody writes the folder any more (its epoch has been superseded).
 *
 * @param epochDir `recordings/<recordingId>/e<epoch>`.
 * @throws {LogNotFoundError} RTPLOG_NOT_FOUND when there is no such folder.
 * @throws {SealFailedError} RTPLOG_SEAL_FAILED when the seal cannot be written.
 */
export async function sealCrashedLog(epochDir: string, reason: string): Promise<Seal> {
  const existing = await readSeal(epochDir);
  if (existing !== null) return existing;
  if ((await stat(epochDir).catch(() => null)) === null) throw new LogNotFoundError(epochDir);
  const segments: Seal['segments'][number][] = [];
  for (const path of await listFiles(epochDir)) segments.push(await hashFile(epochDir, path));
  const seal: Seal = { version: 1, ...(await readEnd(epochDir)), reason, segments, chainHead: chainHead(segments) };
  try {
    await writeSeal(epochDir, seal, nodeFileLayer);
  } catch (error) {
    throw new SealFailedError(epochDir, { cause: error });
  }
  return seal;
}

/** What {@link verifyLog} found. `problems` is empty exactly when the log is sealed and each of its files is as it was when sealed. */
export interface LogVerdict {
  readonly isSealed: boolean;
  readonly problems: readonly string[];
}

/** Compares an epoch's files with its seal: sizes, hashes, the chain, and files the seal does not know. */
export async function verifyLog(epochDir: string): Promise<LogVerdict> {
  const seal = await readSeal(epochDir);
  if (seal === null) return { isSealed: false, problems: ['The log is not sealed.'] };
  const problems: string[] = [];
  const listed = new Set(seal.segments.map(({ path }) => path));
  for (const path of await listFiles(epochDir)) if (!listed.has(path)) problems.push(`${path} is not in the seal.`);
  for (const segment of seal.segments) {
    try {
      const { sizeBytes, sha256 } = await hashFile(epochDir, segment.path);
      if (sizeBytes !== segment.sizeBytes) problems.push(`${segment.path} has ${sizeBytes} bytes, the seal says ${segment.sizeBytes}.`);
      else if (sha256 !== segment.sha256) problems.push(`${segment.path} has been changed.`);
    } catch (error) {
      problems.push(`${segment.path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
    }
  }
  if (chainHead(seal.segments) !== seal.chainHead) problems.push('The hash chain does not fit the list of files.');
  return { isSealed: true, problems };
}

async function listFiles(epochDir: string): Promise<string[]> {
  const paths: string[] = [];
  for (const trackSid of await listTracks(epochDir)) {
    for (const segment of await listSegments(`${epochDir}/tracks/${trackSid}`)) {
      paths.push(`tracks/${trackSid}/${String(segment).padStart(6, '0')}.rtplog`);
    }
  }
  const session = await stat(`${epochDir}/session.jsonl`).catch(() => null);
  return session === null ? paths : [...paths, 'session.jsonl'];
}

async function hashFile(epochDir: string, path: string): Promise<Seal['segments'][number]> {
  const hash = createHash('sha256');
  const stream = createReadStream(`${epochDir}/${path}`, { highWaterMark: 1024 * 1024 });
  await pipeline(stream, hash);
  return { path, sizeBytes: stream.bytesRead, sha256: hash.digest('hex') };
}

/** Reads the whole log once, as a reader will: its end is the last thing that comes out. */
async function readEnd(epochDir: string): Promise<{ recordingId: string; epoch: number; endedUs: number }> {
  const epoch = Number(/e(\d+)\/?$/.exec(epochDir)?.[1] ?? 0);
  const reader = new EpochReader(epochDir, epoch, 0);
  let recordingId: string | null = null;
  try {
    for await (const { items } of reader.readToEnd()) {
      for (const item of items) {
        if (recordingId !== null) break;
        if (item.type === 'record') recordingId = item.track.recordingId;
        else if (item.event.type === 'started') recordingId = item.event.recordingId;
      }
    }
  } finally {
    await reader.close();
  }
  return { recordingId: recordingId ?? basename(dirname(resolve(epochDir))), epoch, endedUs: reader.watermarkUs };
}
