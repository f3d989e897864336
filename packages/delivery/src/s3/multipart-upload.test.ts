import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as sdk from '@aws-sdk/client-s3';
import { parseCreateStorage } from '@tapedeck/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { partBytes, uploadFile } from './multipart-upload.ts';
import { type Bucket, objectFields } from './s3-object.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tapedeck-parts-'));
});
afterAll(async () => await rm(dir, { recursive: true }));

/**
 * A bucket whose own default is a KMS key, as AWS answers for it: no server that a machine can run does. ETags are 32 hexadecimal digits and no MD5 sums.
 *
 * @param spoil What the storage makes of a part.
 */
function kmsBucket(spoil: (bytes: Buffer) => Buffer = (bytes) => bytes): { readonly bucket: Bucket; object(): Buffer } {
  const parts: Buffer[] = [];
  let object = Buffer.alloc(0);
  const tag = (): string => `"${createHash('md5').update(randomBytes(8)).digest('hex')}"`;
  const answers = (command: unknown): object => {
    if (command instanceof sdk.CreateMultipartUploadCommand) return { UploadId: 'u' };
    if (command instanceof sdk.UploadPartCommand) {
      parts[(command.input.PartNumber ?? 0) - 1] = spoil(Buffer.from(command.input.Body as Buffer));
      return { ETag: tag(), ServerSideEncryption: 'aws:kms' };
    }
    if (command instanceof sdk.CompleteMultipartUploadCommand) object = Buffer.concat(parts);
    if (command instanceof sdk.HeadObjectCommand && object.length === 0) throw Object.assign(new Error('none'), { name: 'NotFound' });
    if (command instanceof sdk.HeadObjectCommand) return { ContentLength: object.length, ETag: tag() };
    if (command instanceof sdk.GetObjectCommand) return { Body: Readable.from([object]) };
    return {};
  };
  const client = { send: async (command: unknown) => answers(command) } as unknown as sdk.S3Client;
  const settings = { name: 'aws', preset: 'aws', region: 'eu-west-1', bucket: 'calls', accessKeyId: 'a', secretAccessKey: 'b' };
  const fields = objectFields(parseCreateStorage(settings));
  return { bucket: { sdk, client, name: 'aws', bucket: 'calls', place: 'aws/calls', ...fields }, object: () => object };
}

const content = randomBytes(partBytes + 1000);
const call = async () => {
  const path = join(dir, 'call.mp4');
  await writeFile(path, content);
  return { path, key: 'rec/call.mp4' };
};

test('a bucket that encrypts with a KMS key of its own takes large files; every byte is read back', async () => {
  const { bucket, object } = kmsBucket();
  const sha256 = createHash('sha256').update(content).digest('hex');
  expect(await uploadFile(bucket, 'rec/call.mp4', await call())).toEqual({ key: 'rec/call.mp4', sizeBytes: content.length, sha256 });
  expect(object().equals(content)).toBe(true);
});

test('other bytes there than were sent are found out all the same', async () => {
  const { bucket } = kmsBucket((bytes) => Buffer.concat([Buffer.of((bytes[0] ?? 0) ^ 1), bytes.subarray(1)]));
  await expect(uploadFile(bucket, 'rec/call.mp4', await call())).rejects.toMatchObject({ code: 'STORAGE_VERIFY_FAILED' });
});
