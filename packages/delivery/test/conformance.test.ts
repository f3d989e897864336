import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { parseCreateStorage } from '@tapedeck/protocol';
import { requirement, type S3Server, startS3Server } from '@tapedeck/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutgoingGuard, openLocalStorage, openS3Storage, type Storage, StorageKeyError, testStorage } from '../src/index.ts';

const binary = requirement('s3');
const guard = createOutgoingGuard(['127.0.0.1']);
const big = randomBytes(19 * 2 ** 20); // three parts
const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

let dir: string;
let count = 0;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tapedeck-conformance-'));
});
afterAll(async () => {
  guard.close();
  await rm(dir, { recursive: true });
});

async function source(content: Buffer | string): Promise<string> {
  const path = join(dir, `source-${++count}.mp4`);
  await writeFile(path, content);
  return path;
}

/** What every storage keeps, whatever it is. */
function conformance(open: () => Promise<Storage>): void {
  let storage: Storage;
  beforeAll(async () => {
    storage = await open();
  });
  afterAll(() => storage.close());
  const read = async (key: string): Promise<Buffer> => await buffer(await storage.open(key));

  it.each([
    ['an empty file', Buffer.alloc(0)],
    ['a small file', Buffer.from('hello')],
    ['a file of several parts', big],
    ['a file of exactly two parts', big.subarray(0, 16 * 2 ** 20)],
  ])('stores %s verified', async (_what, content) => {
    const key = `put/${++count}.mp4`;
    const stored = await storage.put({ path: await source(content), key });
    expect(stored).toEqual({ key, sizeBytes: content.length, sha256: digest(content) });
    expect(await storage.stat(key)).toEqual({ sizeBytes: content.length });
    expect((await read(key)).equals(content)).toBe(true);
  });

  it('takes the same file again, and replaces other content', async () => {
    const path = await source(big);
    await storage.put({ path, key: 'again.mp4' });
    await storage.put({ path, key: 'again.mp4' });
    await storage.put({ path: await source('other'), key: 'again.mp4' });
    expect(await text(await storage.open('again.mp4'))).toBe('other');
  });

  it('reads ranges', async () => {
    await storage.put({ path: await source('0123456789'), key: 'range.mp4' });
    expect(await text(await storage.open('range.mp4', { first: 2, last: 4 }))).toBe('234');
  });

  it('sends ahead what is there of a growing file, and shows nothing before it is whole', async () => {
    const path = await source(big.subarray(0, 17 * 2 ** 20));
    const file = { path, key: 'grown.mp4', journalPath: join(dir, `journal-${++count}.json`) };
    await storage.sendAhead(file);
    expect(await storage.stat('grown.mp4')).toBeNull();
    const head = randomBytes(1000); // the index, written at the end
    const whole = Buffer.concat([head, big.subarray(1000)]);
    await truncate(path, 0);
    await writeFile(path, whole);
    await storage.sendAhead(file);
    expect(await storage.put(file)).toMatchObject({ sizeBytes: whole.length, sha256: digest(whole) });
    expect((await read('grown.mp4')).equals(whole)).toBe(true);
  });

  it('finds what changed after it was sent ahead', async () => {
    const file = { path: await source(big), key: 'changed.mp4', journalPath: join(dir, `journal-${++count}.json`) };
    await storage.sendAhead(file);
    const other = Buffer.from(big);
    other[9 * 2 ** 20] = (other[9 * 2 ** 20] ?? 0) ^ 1;
    await writeFile(file.path, other);
    await storage.put(file);
    expect((await read('changed.mp4')).equals(other)).toBe(true);
  });

  it('replaces playlists', async () => {
    for (const content of ['one', 'two, longer', '3']) {
      await storage.replace({ key: 'list/x.m3u8', bytes: Buffer.from(content) });
      expect(await text(await storage.open('list/x.m3u8'))).toBe(content);
    }
  });

  it('removes objects and folders, once or twice', async () => {
    for (const key of ['gone/a.mp4', 'gone/parts/b.m4s', 'gone-not.mp4']) await storage.put({ path: await source('x'), key });
    await storage.remove('gone/a.mp4');
    await storage.remove('gone/a.mp4');
    expect(await storage.stat('gone/a.mp4')).toBeNull();
    await storage.removeFolder('gone');
    await storage.removeFolder('gone');
    expect(await storage.stat('gone/parts/b.m4s')).toBeNull();
    expect(await storage.stat('gone-not.mp4')).toEqual({ sizeBytes: 1 });
  });

  it('takes names of any script', async () => {
    const key = '会议/rec_1/ü & %41+ "x".mp4';
    await storage.put({ path: await source('named'), key });
    expect(await text(await storage.open(key))).toBe('named');
    await storage.removeFolder('会议/rec_1');
    expect(await storage.stat(key)).toBeNull();
  });

  it.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', '', 'a\\b', 'a/\u0000', '.'])('refuses the key %j', async (key) => {
    await expect(storage.put({ path: await source('x'), key })).rejects.toBeInstanceOf(StorageKeyError);
    await expect(storage.stat(key)).rejects.toBeInstanceOf(StorageKeyError);
    await expect(storage.removeFolder(key)).rejects.toBeInstanceOf(StorageKeyError);
  });

  it('stops when it is told to', async () => {
    const stopped = AbortSignal.abort(new DOMException('enough', 'AbortError'));
    await expect(storage.put({ path: await source(big), key: 'stopped.mp4', signal: stopped })).rejects.toThrow(/enough|abort/i);
  });

  it('passes its own test', async () => {
    expect(await testStorage(storage)).toMatchObject({
      ok: true,
      error: null,
      steps: [{ name: 'write' }, { name: 'read' }, { name: 'delete' }],
    });
  });
}

describe('local storage', () => {
  conformance(async () => openLocalStorage(join(dir, 'storage')));
});

describe.skipIf(binary === null).each([
  ['whose ETags are MD5 sums', false],
  ['whose ETags are something else', true],
])('an S3 bucket %s', (_what, hasOtherTags) => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3Server(binary ?? '', { hasOtherTags });
    server.makeBucket('calls');
  });
  afterAll(() => server.close());
  conformance(async () => {
    const { endpoint, accessKeyId, secretAccessKey } = server;
    const settings = { name: 'archive', preset: 'minio', endpoint, bucket: 'calls', prefix: 'tapedeck/', accessKeyId, secretAccessKey };
    return openS3Storage(parseCreateStorage(settings), guard, { aheadFromBytes: 0 });
  });
});
