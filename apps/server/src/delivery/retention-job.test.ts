import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Catalogue, ExpiredRecording } from '@tapedeck/catalogue';
import { afterAll, expect, test } from 'vitest';
import { createLogger } from '../log/logger.ts';
import type { Storages } from '../storages/open-storages.ts';
import { sweep } from './retention-job.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'tapedeck-retention-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

/** Recordings of which the oldest lie in a bucket that is gone. */
function expired(inGone: number, inGood: number): ExpiredRecording[] {
  return Array.from({ length: inGone + inGood }, (_, index) => {
    const recordingId = `rec_${String(index).padStart(3, '0')}`;
    const storage = index < inGone ? 'gone' : 'good';
    const home = { storage, folder: recordingId };
    return { recordingId, applicationId: 'app_1', home, files: [{ key: `${recordingId}/composite.mp4`, storage, storagePath: '' }] };
  });
}

test('files that cannot be deleted keep no others from being deleted', async () => {
  let left = expired(45, 30);
  const retention = {
    expiredFiles: async (limit: number, exceptIds: readonly string[] = []) =>
      left.filter(({ recordingId }) => !exceptIds.includes(recordingId)).slice(0, limit),
    filesDeleted: async (id: string) => void (left = left.filter(({ recordingId }) => recordingId !== id)),
  };
  const find = async (_applicationId: string, name: string) => {
    if (name === 'gone') throw new Error('There is no such bucket.');
    return { removeFolder: async () => undefined };
  };
  const catalogue = { retention } as unknown as Catalogue;
  const storages = { find } as unknown as Storages;
  const done = await sweep({ catalogue, storages, dataDir, logRetentionS: 0, log: createLogger('test', 'silent') });
  expect(done).toEqual({ files: 30, logs: 0 });
  expect(left).toHaveLength(45);
});
