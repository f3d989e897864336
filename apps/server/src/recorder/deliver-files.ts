import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FileRow } from '@tapedeck/catalogue';
import { fileKey, type LocalStorage, type Storage } from '@tapedeck/delivery';
import { TapedeckError } from '@tapedeck/protocol';
import type { RenderedFile } from '@tapedeck/render';
import type { Logger } from '../log/logger.ts';

const firstRetryMs = 200;
const longestRetryMs = 60_000;

/** Which output of which recording is delivered, and under which names. */
export interface Delivery {
  readonly recordingId: string;
  readonly prefix: string;
  readonly outputIndex: number;
  readonly outDir: string;
}

/**
 * Puts every complete file of an output into the storage and returns their rows. May run again: what is already there is found and left alone.
 * A storage that is away is asked again, for as long as `signal` lets it.
 */
export async function deliverFiles(
  delivery: Delivery,
  storage: Storage | LocalStorage,
  log: Logger,
  signal: AbortSignal,
): Promise<readonly FileRow[]> {
  const rows: FileRow[] = [];
  for (const file of completeFiles(delivery.outDir)) {
    const put = (path: string): Promise<{ key: string; sizeBytes: number; sha256: string }> => {
      const key = fileKey({ ...delivery, path });
      return untilStored(() => storage.put({ path: join(delivery.outDir, path), key, signal }), log, signal);
    };
    let partsBytes = 0;
    for (const part of file.parts) partsBytes += (await put(part)).sizeBytes;
    const stored = await put(file.path);
    const path = 'path' in storage ? storage.path(stored.key) : stored.key;
    rows.push(toRow(file, stored.key, path, partsBytes === 0 ? stored.sizeBytes : partsBytes, stored.sha256));
  }
  return rows;
}

/** The files of an output that are complete; the last line of a key (and format) in files.jsonl counts. */
export function completeFiles(outDir: string): readonly RenderedFile[] {
  return renderedFiles(outDir).filter((file) => file.state === 'complete');
}

function renderedFiles(outDir: string): readonly RenderedFile[] {
  const path = join(outDir, 'files.jsonl');
  if (!existsSync(path)) return [];
  const latest = new Map<string, RenderedFile>();
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const file = parseLine(line);
    if (file !== null) latest.set(`${file.key}.${file.format}`, file);
  }
  return [...latest.values()];
}

/** A torn last line is what a crash leaves: not an error. */
function parseLine(line: string): RenderedFile | null {
  try {
    return line === '' ? null : (JSON.parse(line) as RenderedFile);
  } catch {
    return null;
  }
}

function toRow(file: RenderedFile, key: string, storagePath: string, sizeBytes: number, sha256: string): FileRow {
  const { type, participant, source, format, startMs, durationMs, width, height, videoCodec, audioCodec } = file;
  return {
    key,
    type,
    participant,
    source,
    format,
    storagePath,
    startMs,
    durationMs,
    sizeBytes,
    sha256,
    width,
    height,
    videoCodec,
    audioCodec,
  };
}

async function untilStored<T>(put: () => Promise<T>, log: Logger, signal: AbortSignal): Promise<T> {
  for (let waitMs = firstRetryMs; ; waitMs = Math.min(longestRetryMs, waitMs * 2)) {
    try {
      return await put();
    } catch (error) {
      if (!(error instanceof TapedeckError && error.retryable)) throw error;
      log.warn({ err: error, waitMs }, 'storage did not take a file, trying again');
      await delay(waitMs, undefined, { signal });
    }
  }
}
