import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { open, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCreateStorage } from '@tapedeck/protocol';
import { type Fault, type FaultProxy, requirement, type S3Server, startFaultProxy, startS3Server } from '@tapedeck/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOutgoingGuard, openS3Storage, type Storage, StorageSetupError, StorageUnavailableError } from '../src/index.ts';

const binary = requirement('s3');
const guard = createOutgoingGuard(['127.0.0.1']);
const mib = 2 ** 20;
const content = randomBytes(44 * mib); // six parts
const partNumber = (path: string): number => Number(/partNumber=(\d+)/.exec(path)?.[1] ?? 0);

describe.skipIf(binary === null)('an upload to S3', () => {
  let server: S3Server;
  let proxy: FaultProxy;
  let dir: string;
  let storage: Storage;
  let count = 0;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tapedeck-uploads-'));
    server = await startS3Server(binary ?? '');
    server.makeBucket('calls');
  });
  afterAll(async () => {
    guard.close();
    await server.close();
    await rm(dir, { recursive: true });
  });
  const connect = (change: object = {}): Storage => {
    const { accessKeyId, secretAccessKey } = server;
    const settings = {
      name: 'archive',
      preset: 'minio',
      endpoint: proxy.endpoint,
      bucket: 'calls',
      accessKeyId,
      secretAccessKey,
      ...change,
    };
    return openS3Storage(parseCreateStorage(settings), guard, { aheadFromBytes: 0 });
  };
  beforeEach(async () => {
    proxy = await startFaultProxy(server.port);
    storage = connect();
  });
  afterEach(async () => {
    storage.close();
    await proxy.close();
  });
  const file = async (bytes: Buffer = content) => {
    const name = `call-${++count}`;
    const path = join(dir, `${name}.mp4`);
    await writeFile(path, bytes);
    return { path, key: `rec/${name}.mp4`, journalPath: join(dir, `${name}.json`) };
  };
  const object = (key: string): Promise<Buffer> => readFile(join(server.folder, 'calls', key));
  const sentParts = (): number[] => proxy.requests.filter((line) => line.startsWith('PUT')).map(partNumber).filter((number) => number > 0); // prettier-ignore
  const once = (fault: Fault, isMeant: (method: string, path: string) => boolean): void => {
    let isSpent = false;
    proxy.fault = (method, path) => {
      if (isSpent || !isMeant(method, path)) return null;
      isSpent = true;
      return fault;
    };
  };

  it('sends the parts of a growing file once, the head last, and little after its end', async () => {
    const upload = await file(content.subarray(0, 10 * mib));
    const handle = await open(upload.path, 'r+');
    for (const sizeMib of [10, 17, 24, 31, 38, 44]) {
      await handle.write(content, 0, sizeMib * mib, 0);
      await storage.sendAhead(upload);
    }
    await handle.close();
    expect(sentParts()).toEqual([2, 3, 4, 5]);
    proxy.requests.length = 0;
    const startMs = performance.now();
    await storage.put(upload);
    console.info(`44 MiB in the bucket ${(performance.now() - startMs).toFixed(0)} ms after the end`);
    expect(sentParts()).toEqual([6, 1]);
    expect((await object(upload.key)).equals(content)).toBe(true);
  });

  it('goes on where a crash left it, with what the storage says it has', async () => {
    const upload = await file();
    proxy.fault = (_method, path) => (partNumber(path) === 5 ? { kind: 'answer', status: 403, code: 'AccessDenied' } : null);
    await expect(storage.put(upload)).rejects.toBeInstanceOf(StorageSetupError);
    const before = new Set(sentParts());
    proxy.requests.length = 0;
    proxy.fault = () => null;
    const another = connect(); // another process
    await another.put(upload);
    another.close();
    expect(sentParts().filter((number) => number !== 5 && before.has(number))).toEqual([]);
    expect(proxy.requests.filter((line) => /^POST .*\?uploads/.test(line))).toEqual([]);
    expect((await object(upload.key)).equals(content)).toBe(true);
  });

  it('begins anew when the storage has forgotten it', async () => {
    const upload = await file();
    await storage.sendAhead(upload);
    await storage.removeUnfinished('rec');
    await storage.put(upload);
    expect((await object(upload.key)).equals(content)).toBe(true);
  });

  it.each<[string, Fault, (method: string, path: string) => boolean]>([
    ['a reset in the middle of a part', { kind: 'reset', afterBytes: mib }, (_method, path) => partNumber(path) === 3],
    ['an answer 500', { kind: 'answer', status: 500, code: 'InternalError' }, (_method, path) => partNumber(path) === 2],
    ['a request to slow down', { kind: 'answer', status: 503, code: 'SlowDown' }, (_method, path) => partNumber(path) === 4],
    [
      'an end that gets no answer',
      { kind: 'answer', status: 500, code: 'InternalError' },
      (method, path) => method === 'POST' && path.includes('uploadId'),
    ],
  ])('outlives %s', async (_what, fault, isMeant) => {
    const upload = await file();
    once(fault, isMeant);
    await storage.put(upload);
    expect((await object(upload.key)).equals(content)).toBe(true);
  });

  it('that is bent on the way is not taken for what was sent', async () => {
    const upload = await file(content.subarray(0, mib));
    proxy.fault = (method) => (method === 'PUT' ? { kind: 'flip' } : null);
    await expect(storage.put(upload)).rejects.toMatchObject({ fault: 'destination' });
    expect(await storage.stat(upload.key)).toBeNull();
    proxy.fault = () => null;
    await storage.put(upload);
  });

  it('is found out when other bytes stand there than were sent', async () => {
    const upload = await file(content.subarray(0, mib));
    proxy.fault = (method) => {
      if (method === 'HEAD' && proxy.requests.some((line) => line.startsWith('PUT')))
        writeFileSync(join(server.folder, 'calls', upload.key), 'other'); // before the answer goes on
      return null;
    };
    await expect(storage.put(upload)).rejects.toMatchObject({ code: 'STORAGE_VERIFY_FAILED' });
  });

  it('takes its time when the storage is slow, and ends when it is told to', async () => {
    const upload = await file(content.subarray(0, 30 * 1024));
    proxy.fault = (method) => (method === 'PUT' ? { kind: 'slow', bytesPerS: 10_000 } : null);
    const startMs = performance.now();
    await storage.put(upload);
    expect(performance.now() - startMs).toBeGreaterThan(2_500);
    const given = new AbortController();
    const slow = storage.put({ ...(await file()), signal: given.signal });
    given.abort();
    await expect(slow).rejects.toThrow(/abort/i);
  });

  it.each([
    ['STORAGE_DENIED', { status: 403, code: 'AccessDenied' }],
    ['STORAGE_DENIED', { status: 403, code: 'InvalidAccessKeyId' }],
    ['STORAGE_DENIED', { status: 403, code: 'SignatureDoesNotMatch' }],
    ['STORAGE_CLOCK_WRONG', { status: 403, code: 'RequestTimeTooSkewed' }],
    ['STORAGE_BUCKET_MISSING', { status: 404, code: 'NoSuchBucket' }],
    ['STORAGE_UNAVAILABLE', { status: 500, code: 'InternalError' }],
  ])('names what is wrong: %s', async (code, answer) => {
    proxy.fault = (method) => (method === 'PUT' ? { kind: 'answer', ...answer } : null);
    await expect(storage.put(await file(Buffer.from('x')))).rejects.toMatchObject({ code, fault: 'destination', retryable: true });
  });

  it('names what is wrong although the first answer has no name', async () => {
    proxy.fault = () => ({ kind: 'answer', status: 400, code: 'InvalidToken' }); // a HEAD has no body
    const denied = { code: 'STORAGE_DENIED', fault: 'destination', retryable: true };
    await expect(storage.put(await file(Buffer.from('x')))).rejects.toMatchObject(denied);
    await expect(storage.put(await file())).rejects.toMatchObject(denied);
    await expect(storage.stat('rec/none.mp4')).rejects.toThrow(/answered 400 without a reason/);
  });

  it('names what is wrong with the way there', async () => {
    const tls = connect({ endpoint: proxy.endpoint.replace('http:', 'https:') });
    await expect(tls.put(await file(Buffer.from('x')))).rejects.toMatchObject({ code: 'STORAGE_TLS_FAILED' });
    tls.close();
    const inside = openS3Storage(
      parseCreateStorage({ name: 'inside', endpoint: 'http://10.255.255.1', bucket: 'calls', accessKeyId: 'a', secretAccessKey: 'b' }),
      guard,
    );
    await expect(inside.put(await file(Buffer.from('x')))).rejects.toMatchObject({ code: 'STORAGE_ADDRESS_REFUSED' });
    await proxy.close();
    await expect(storage.put(await file(Buffer.from('x')))).rejects.toBeInstanceOf(StorageUnavailableError);
    proxy = await startFaultProxy(server.port);
  });

  it('sends encryption and storage class with what it writes', async () => {
    const seen: string[] = [];
    const kms = connect({ encryption: { type: 'aws:kms', keyId: 'arn:key' }, storageClass: 'STANDARD_IA' });
    proxy.onRequest = (headers) => {
      for (const name of Object.keys(headers)) if (/^x-amz-(server|storage)/.test(name)) seen.push(`${name}: ${headers[name]?.toString()}`);
    };
    await kms.put(await file(Buffer.from('x'))).catch(() => undefined); // this server may not know them
    kms.close();
    expect(new Set(seen)).toEqual(
      new Set([
        'x-amz-server-side-encryption: aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id: arn:key',
        'x-amz-storage-class: STANDARD_IA',
      ]),
    );
  });
});
