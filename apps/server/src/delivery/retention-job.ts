import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Catalogue } from '@tapedeck/catalogue';
import type { Logger } from '../log/logger.ts';
import { paths } from '../recorder/paths.ts';
import type { Storages } from '../storages/open-storages.ts';
import { removeFiles, removeWorkingFiles } from '../storages/remove-recording.ts';

const atOnce = 20;
/** Of a round: then it ends, and the next one begins with them again. */
const mostStuck = 500;

export interface RetentionOptions {
  readonly catalogue: Catalogue;
  readonly storages: Storages;
  readonly dataDir: string;
  /** 0: logs are kept. */
  readonly logRetentionS: number;
  readonly everyMs: number;
  readonly log: Logger;
}

/**
 * Deletes what has had its time, again and again: files with their log, and logs alone. What cannot be deleted now (its storage is away) is tried with
 * the next round. Several processes may run it: all of it may be repeated.
 *
 * @returns What ends it.
 */
export function startRetention(options: RetentionOptions): () => Promise<void> {
  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await sweep(options, stopping.signal).catch((error: unknown) =>
        options.log.warn({ err: error }, 'what has had its time cannot be deleted now'),
      );
      await delay(options.everyMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
    }
  })();
  return async () => {
    stopping.abort();
    await running;
  };
}

/** One round. @returns How many recordings lost their files and how many their log. */
export async function sweep(
  options: Omit<RetentionOptions, 'everyMs'>,
  signal?: AbortSignal,
): Promise<{ readonly files: number; readonly logs: number }> {
  const { catalogue, storages, dataDir, logRetentionS, log } = options;
  const { retention } = catalogue;
  const done = { files: 0, logs: 0 };
  /** Those that cannot be deleted now keep no others from it: a bucket that is gone may hold many. */
  const stuck: string[] = [];
  for (let page = await retention.expiredFiles(atOnce); page.length > 0 && stuck.length < mostStuck;) {
    for (const { recordingId, applicationId, files, home } of page) {
      if (signal?.aborted === true) return done;
      try {
        await removeFiles(storages, { applicationId, id: recordingId, home }, files);
        await removeWorkingFiles(dataDir, recordingId);
        await retention.filesDeleted(recordingId);
        done.files += 1;
        log.info({ recording: recordingId, files: files.length }, 'files deleted, as their retention says');
      } catch (error) {
        stuck.push(recordingId);
        log.warn({ err: error, recording: recordingId }, 'files that have had their time cannot be deleted now');
      }
    }
    page = await retention.expiredFiles(atOnce, stuck);
  }
  for (const recordingId of logRetentionS === 0 ? [] : await retention.expiredLogs(logRetentionS, atOnce)) {
    await rm(paths.recording(dataDir, recordingId), { recursive: true, force: true });
    await retention.logDeleted(recordingId);
    done.logs += 1;
    log.info({ recording: recordingId }, 'log deleted, as its retention says');
  }
  return done;
}
