import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { StorageVerifyError } from '../errors.ts';
import { isMissingObject } from './s3-error.ts';
import { bareTag, type Bucket } from './s3-object.ts';

/** What must stand in the storage. */
export interface Expected {
  readonly sizeBytes: number;
  readonly sha256: string;
  /** The ETag where ETags are MD5 sums. */
  readonly etag: string;
}

/**
 * Reads back what stands under a key: size and ETag where the ETag is the MD5 sum that the storage made of what it received, else every byte.
 * Returns null when the content is as expected, else what differs.
 */
export async function differenceOf(
  bucket: Bucket,
  key: string,
  expected: Expected,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const { sdk, client, onRead } = bucket;
  const options = signal === undefined ? {} : { abortSignal: signal };
  const target = { Bucket: bucket.bucket, Key: key, ...onRead };
  let head;
  try {
    head = await client.send(new sdk.HeadObjectCommand(target), options);
  } catch (error) {
    if (isMissingObject(error)) return 'nothing stands there';
    throw error;
  }
  const sizeBytes = head.ContentLength ?? -1;
  if (sizeBytes !== expected.sizeBytes) return `${sizeBytes} bytes stand there, ${expected.sizeBytes} were sent`;
  if (bucket.hasMd5Tags && bareTag(head.ETag) === expected.etag) return null;
  const { Body } = await client.send(new sdk.GetObjectCommand(target), options);
  const hash = createHash('sha256');
  for await (const piece of Body as Readable) hash.update(piece as Buffer);
  return hash.digest('hex') === expected.sha256 ? null : 'the SHA-256 differs';
}

/** @throws {StorageVerifyError} STORAGE_VERIFY_FAILED unless the content is as expected. */
export async function verifyObject(bucket: Bucket, key: string, expected: Expected, signal: AbortSignal | undefined): Promise<void> {
  const difference = await differenceOf(bucket, key, expected, signal);
  if (difference !== null) throw new StorageVerifyError(bucket.name, key, difference);
}
