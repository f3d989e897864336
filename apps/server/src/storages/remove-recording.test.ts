import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openLocalStorage, type Storage, StorageSetupError } from '@tapedeck/delivery';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Storages } from './open-storages.ts';
import { removeFile, removeFiles } from './remove-recording.ts';

const recording = { applicationId: 'app', id: 'rec_01m7yxy6rde90zyvyrdfseesq5' };
let root: string;
let storages: Storages;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tapedeck-remove-'));
  const storage = openLocalStorage(root);
  storages = { find: async () => storage } as unknown as Storages; // all that is asked here
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text = 'x'): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
const at = (key: string) => ({ key, storage: 'default', storagePath: key });
const playlist = (...parts: string[]): string => ['#EXTM3U', ...parts.flatMap((part) => ['#EXTINF:4,', part]), ''].join('\n');

it('of a vendor’s folder removes the file and its playlist’s own parts, and nothing that only claims to be one', async () => {
  const others = ['calls/b.m3u8', 'calls/b_00001.ts', 'calls/parts/x.ts', 'secret/a_00001.ts', 'calls/a_1/x.ts'];
  for (const path of [...others, 'calls/a.mp4', 'calls/a_00001.ts', 'calls/a_%31 2.ts']) write(path);
  write('calls/a.m3u8', playlist('a_00001.ts', 'a_%2531%202.ts', 'b_00001.ts', '../secret/a_00001.ts', 'a_1/x.ts'));
  await removeFiles(storages, recording, [at('calls/a.mp4'), at('calls/a.m3u8')]);
  for (const path of others) expect([path, existsSync(join(root, path))]).toEqual([path, true]);
  expect(readdirSync(join(root, 'calls')).toSorted()).toEqual(['a_1', 'b.m3u8', 'b_00001.ts', 'parts']);
  await removeFiles(storages, recording, [at('calls/a.mp4'), at('calls/a.m3u8')]); // again: nothing is there, no error
});

it('removes the recording’s own folder whole, and one playlist of it with its parts', async () => {
  const folder = `calls/${recording.id}`;
  for (const name of ['a.m3u8', 'parts/a/1.ts', 'parts/b/1.ts', 'b.m3u8']) write(`${folder}/${name}`);
  write('calls/other.mp4');
  await removeFile(storages, 'app', at(`${folder}/a.m3u8`));
  expect(readdirSync(join(root, folder, 'parts'))).toEqual(['b']);
  await removeFiles(storages, recording, [at(`${folder}/b.m3u8`)]);
  expect(existsSync(join(root, folder))).toBe(false);
  expect(existsSync(join(root, 'calls/other.mp4'))).toBe(true);
});

const home = { storage: 'archive', folder: 'meet/rec_1' };
const movedRecording = { applicationId: 'app_1', id: 'rec_1', home };
const put = (path: string): string => {
  write(path);
  return join(root, path);
};
const places = (storage: string) => [{ key: 'meet/rec_1/composite.mp4', storage, storagePath: '' }];
const open = (name: string): Storage => openLocalStorage(join(root, name), name);

it('what the meant storage has of a recording goes with the files that its fallback took', async () => {
  const [file, left, others] = [
    'second/meet/rec_1/composite.mp4',
    'archive/meet/rec_1/parts/0001.m4s',
    'archive/meet/rec_2/composite.mp4',
  ].map(put);
  await removeFiles({ find: async (_application, name) => open(name) }, movedRecording, places('second'));
  expect([file, left, others].map((path) => existsSync(path ?? ''))).toEqual([false, false, true]);
});

it('a meant storage that has nothing listed keeps nobody from deleting; one that has does', async () => {
  const denied = (storage: Storage): Storage => ({
    ...storage,
    removeFolder: async () => {
      throw new StorageSetupError('STORAGE_DENIED', storage.name, 'denied.', { cause: null });
    },
  });
  const file = put('second/meet/rec_1/composite.mp4');
  const find = async (_application: string, name: string) => (name === 'archive' ? denied(open(name)) : open(name));
  await removeFiles({ find }, movedRecording, places('second'));
  expect(existsSync(file)).toBe(false);
  await expect(removeFiles({ find }, movedRecording, places('archive'))).rejects.toMatchObject({ code: 'STORAGE_DENIED' });
});
