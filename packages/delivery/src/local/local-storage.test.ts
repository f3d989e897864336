import { link, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StorageKeyError, StorageUnavailableError } from '../errors.ts';
import { openLocalStorage } from './local-storage.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tapedeck-delivery-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function source(content: string): Promise<string> {
  const path = join(dir, 'source.mp4');
  await writeFile(path, content);
  return path;
}

describe('local storage', () => {
  it('links a file within a file system, verified and under its key', async () => {
    const storage = openLocalStorage(join(dir, 'storage'));
    const path = await source('hello');
    const stored = await storage.put({ path, key: 'a/b.mp4' });
    expect(stored).toEqual({ key: 'a/b.mp4', sizeBytes: 5, sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824' });
    expect((await stat(storage.path('a/b.mp4'))).ino).toBe((await stat(path)).ino);
    expect(await readdir(join(dir, 'storage', '.drafts'))).toEqual([]);
  });

  it('takes the same file twice and replaces other content', async () => {
    const storage = openLocalStorage(join(dir, 'storage'));
    const path = await source('first');
    await storage.put({ path, key: 'x.mp4' });
    await storage.put({ path, key: 'x.mp4' });
    await rm(path);
    await storage.put({ path: await source('second one'), key: 'x.mp4' });
    expect(await readFile(storage.path('x.mp4'), 'utf8')).toBe('second one');
    expect(await readdir(join(dir, 'storage', '.drafts'))).toEqual([]);
  });

  it('leaves no draft when the target already is a link of the source', async () => {
    const storage = openLocalStorage(join(dir, 'storage'));
    const path = await source('linked');
    await mkdir(join(dir, 'storage'));
    await link(path, storage.path('y.mp4'));
    expect((await storage.put({ path, key: 'y.mp4' })).sizeBytes).toBe(6);
  });

  it('reads a range, reports sizes and removes', async () => {
    const storage = openLocalStorage(join(dir, 'storage'));
    await storage.put({ path: await source('0123456789'), key: 'r.mp4' });
    expect(await text(await storage.open('r.mp4', { first: 2, last: 4 }))).toBe('234');
    expect(await storage.stat('r.mp4')).toEqual({ sizeBytes: 10 });
    await storage.remove('r.mp4');
    await storage.remove('r.mp4');
    expect(await storage.stat('r.mp4')).toBeNull();
    await expect(storage.open('r.mp4')).rejects.toBeInstanceOf(StorageUnavailableError);
  });

  it.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', '', 'a\\b', 'a/\u0000', '.', 'x'.repeat(300)])('refuses the key %j', async (key) => {
    const storage = openLocalStorage(join(dir, 'storage'));
    const path = await source('x');
    await expect(storage.put({ path, key })).rejects.toBeInstanceOf(StorageKeyError);
  });
});
