import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { EpochReader } from './epoch-reader.ts';
import { LogNotFoundError } from './errors.ts';
import { listEpochs } from './log-folders.ts';
import { readLogBatches } from './read-log-batches.ts';
import { readSegment } from './read-segment.ts';
import type { LogItem } from './types.ts';

/** What a path given by a person points at. */
export type LogPath =
  | { readonly kind: 'segment'; readonly path: string }
  | { readonly kind: 'epoch'; readonly path: string; readonly epoch: number }
  | { readonly kind: 'recording'; readonly path: string };

/** Tells a segment, an epoch's folder and a recording's folder apart. @throws {LogNotFoundError} RTPLOG_NOT_FOUND for anything else. */
export async function resolveLogPath(path: string): Promise<LogPath> {
  const absolute = resolve(path);
  const found = await stat(absolute).catch(() => null);
  if (found?.isFile() === true) return { kind: 'segment', path: absolute };
  if (found?.isDirectory() === true) {
    if ((await stat(`${absolute}/tracks`).catch(() => null)) !== null) {
      return { kind: 'epoch', path: absolute, epoch: Number(/^e(\d+)$/.exec(basename(absolute))?.[1] ?? 0) };
    }
    if ((await listEpochs(absolute)).length > 0) return { kind: 'recording', path: absolute };
  }
  throw new LogNotFoundError(absolute);
}

/** Yields the items of whatever {@link resolveLogPath} found, in arrival order; views live until the next are asked for. */
export async function* readPath(log: LogPath): AsyncGenerator<readonly LogItem[]> {
  if (log.kind === 'segment') {
    const { header, records } = readSegment(log.path);
    yield records.map((record) => ({ type: 'record', epoch: header.epoch, track: header, record }));
  } else if (log.kind === 'recording') {
    for await (const { items } of readLogBatches(log.path, { follow: false })) yield items;
  } else {
    const reader = new EpochReader(log.path, log.epoch, 0);
    try {
      for await (const { items } of reader.readToEnd()) yield items;
    } finally {
      await reader.close();
    }
  }
}
