import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLocalStorage, type Storage, StorageSetupError } from '@tapedeck/delivery';
import { type CreateStorage, parseCreateStorage } from '@tapedeck/protocol';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { createLogger } from '../log/logger.ts';
import { deliverFiles, type DeliverFilesOptions } from './deliver-files.ts';
import { openSentFiles } from './sent-files.ts';

const root = mkdtempSync(join(tmpdir(), 'tapedeck-deliver-'));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;
let outDir = '';
beforeEach(() => {
  outDir = join(root, `out-${++count}`);
  mkdirSync(outDir);
  const facts = {
    type: 'individual',
    source: null,
    startMs: 0,
    durationMs: 1,
    width: null,
    height: null,
    videoCodec: null,
    audioCodec: 'aac',
  };
  const lines = ['ada', 'bo'].map((participant) => {
    writeFileSync(join(outDir, `${participant}.mp4`), participant);
    return {
      key: participant,
      participant,
      state: 'complete',
      format: 'mp4',
      path: `${participant}.mp4`,
      parts: [],
      sizeBytes: 3,
      ...facts,
    };
  });
  writeFileSync(join(outDir, 'files.jsonl'), lines.map((line) => `\n${JSON.stringify(line)}`).join(''));
});

const open = (name: string): Storage => openLocalStorage(join(root, `${name}-${count}`), name);
const denied = (storage: Storage): Storage => ({
  ...storage,
  put: async ({ key }) => {
    throw new StorageSetupError('STORAGE_DENIED', storage.name, `access to ${key} is denied.`, { cause: null });
  },
});
const settings = parseCreateStorage({
  ...{ name: 'archive', endpoint: 'https://x.example', bucket: 'calls', accessKeyId: 'a', secretAccessKey: 'b' },
  fallback: 'second',
});

function deliver(find: (name: string) => Storage, archive: CreateStorage | null, change: Partial<DeliverFilesOptions> = {}) {
  const storages = { find: async (_application: string, name: string) => find(name), settings: async () => archive };
  const delivery = { recordingId: 'rec_1', prefix: 'renders/ren_1/', outputIndex: 0, outDir, naming: null };
  const retry = { firstMs: 1, longestMs: 1, giveUpMs: 60_000 };
  const { signal } = new AbortController();
  const options = { applicationId: 'app_1', storage: 'archive', storages, retry, onWaiting: () => undefined, signal };
  return deliverFiles([delivery], { ...options, log: createLogger('test', 'silent'), ...change });
}

test('a storage that denies is asked again by its settings as they are then', async () => {
  const archive = open('archive');
  let isRepaired = false;
  const onWaiting = vi.fn(() => (isRepaired = true));
  const rows = await deliver(() => (isRepaired ? archive : denied(archive)), null, { onWaiting });
  expect(onWaiting).toHaveBeenCalledTimes(1);
  expect(rows.map(({ key, storage }) => [key, storage])).toEqual([
    ['renders/ren_1/rec_1/ada.mp4', 'archive'],
    ['renders/ren_1/rec_1/bo.mp4', 'archive'],
  ]);
});

test('the fallback takes what the storage does not take; what the storage has stays there and is listed', async () => {
  const [archive, second] = [open('archive'), open('second')];
  await openSentFiles(outDir, archive).put('bo.mp4', 'renders/ren_1/rec_1/bo.mp4', new AbortController().signal);
  const rows = await deliver((name) => (name === 'second' ? second : denied(archive)), settings);
  expect(rows.map(({ participant, storage }) => [participant, storage])).toEqual([
    ['ada', 'second'],
    ['bo', 'archive'],
  ]);
});

test('what is refused for too long ends with the words of the storage', async () => {
  const refused = deliver(() => denied(open('archive')), null, { retry: { firstMs: 1, longestMs: 1, giveUpMs: 0 } });
  await expect(refused).rejects.toMatchObject({ code: 'STORAGE_DENIED', fault: 'destination' });
});
