import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { CHAIN_FILE, CHAIN_START, encodeLink, nextHead, readChain, sealedFileOf } from './chain-file.ts';
import type { ChainLink } from './chain-file.ts';
import { LogNotFoundError, SealFailedError } from './errors.ts';
import { FileHash, markedBy } from './file-hash.ts';
import { nodeFileLayer } from './file-layer.ts';
import { listLogFiles } from './list-log-files.ts';
import { readSeal } from './open-log.ts';
import { readSegment } from './read-segment.ts';
import { completeSeal, writeSeal } from './seal.ts';
import type { Seal, SessionEvent } from './types.ts';

/** Events at the end of session.jsonl that may be the latest one. */
const lastLines = 512;

/**
 * Seals a log whose writer has died; returns the seal it has when it is sealed already. No segment is changed: a torn tail stays as it is, is part
 * of the hash, `goodBytes` says where it begins, and readers stop in front of it. Finished segments are not read: the writer has left their hashes in chain.jsonl. A writer that
 * died before its first byte leaves an empty log, which is sealed as such. The caller makes sure that nobody writes the folder any more (its epoch has been superseded).
 *
 * @param epochDir `recordings/<recordingId>/e<epoch>`.
 * @throws {LogNotFoundError} RTPLOG_NOT_FOUND when there is no such folder.
 * @throws {SealFailedError} RTPLOG_SEAL_FAILED when the seal cannot be written.
 */
export async function sealCrashedLog(epochDir: string, reason: string): Promise<Seal> {
  const existing = await readSeal(epochDir);
  if (existing !== null) return existing;
  if ((await stat(epochDir).catch(() => null)) === null) throw new LogNotFoundError(epochDir);
  const { links: left } = await readChain(epochDir);
  const links = [...left];
  const known = new Set(links.map(({ path }) => path));
  const last = new LastSigns();
  for (const path of await listLogFiles(epochDir)) {
    if (known.has(path)) continue;
    const file = hashFile(epochDir, path, last);
    links.push({ ...file, head: nextHead(links.at(-1)?.head ?? CHAIN_START, file.sha256) });
  }
  for (const path of await newestOfTracks(epochDir)) last.seeSegment(`${epochDir}/${path}`);
  last.seeSession(await readFile(`${epochDir}/session.jsonl`, 'utf8').catch(() => ''));
  const { recordingId = basename(dirname(resolve(epochDir))), endedUs } = last;
  const epoch = Number(/e(\d+)\/?$/.exec(epochDir)?.[1] ?? 0);
  const segments = links.map(sealedFileOf);
  try {
    const chainFile = await writeChain(epochDir, links);
    const seal = completeSeal({ version: 1, recordingId, epoch, reason, endedUs, segments, isCrashed: true, chainFile });
    await writeSeal(epochDir, seal, nodeFileLayer);
    return seal;
  } catch (error) {
    throw new SealFailedError(epochDir, { cause: error });
  }
}

/** The whole chain anew, without a torn last line. */
async function writeChain(epochDir: string, links: readonly ChainLink[]): Promise<NonNullable<Seal['chainFile']>> {
  const bytes = Buffer.concat(links.map(encodeLink));
  const path = `${epochDir}/${CHAIN_FILE}`;
  await writeFile(`${path}.tmp`, bytes, { flush: true });
  await nodeFileLayer.rename(`${path}.tmp`, path);
  return { sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** What the ends of the files say of the log. */
class LastSigns {
  recordingId: string | undefined;
  /** The latest arrival or event that can be read. */
  endedUs = 0;

  /** Where the last good record of a segment ends. */
  seeSegment(source: string | Uint8Array): number {
    try {
      const { header, records, goodBytes } = readSegment(source);
      this.recordingId ??= header.recordingId;
      this.endedUs = Math.max(this.endedUs, records.at(-1)?.arrivalUs ?? 0);
      return goodBytes;
    } catch {
      return 0; // not even the header was written
    }
  }

  seeSession(text: string): void {
    const lines = text.split('\n');
    for (const line of [...lines.slice(0, 8), ...lines.slice(-lastLines)]) {
      try {
        const event = JSON.parse(line) as SessionEvent;
        this.endedUs = Math.max(this.endedUs, event.us);
        if (event.type === 'started') this.recordingId = event.recordingId;
      } catch {
        // the end of the text, or a line that was cut off
      }
    }
  }
}

function hashFile(epochDir: string, path: string, last: LastSigns): Omit<ChainLink, 'head'> {
  const bytes = readFileSync(`${epochDir}/${path}`);
  const hash = new FileHash(markedBy(path));
  hash.update(bytes);
  const file = { path, ...hash.finish() };
  if (!path.endsWith('.rtplog')) return file;
  const goodBytes = last.seeSegment(bytes);
  return goodBytes < bytes.length ? { ...file, goodBytes } : file;
}

/** The last two segments of each track: the very last may hold no record yet. */
async function newestOfTracks(epochDir: string): Promise<readonly string[]> {
  const byTrack = new Map<string, string[]>();
  for (const path of await listLogFiles(epochDir)) {
    if (!path.endsWith('.rtplog')) continue;
    const track = dirname(path);
    byTrack.set(track, [...(byTrack.get(track) ?? []).slice(-1), path]);
  }
  return [...byTrack.values()].flat();
}
