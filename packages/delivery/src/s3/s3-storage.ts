import { stat as statFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { type CreateStorage, storageAddress } from '@tapedeck/protocol';
import { createHash } from 'node:crypto';
import type { OutgoingGuard } from '../outgoing/outgoing-guard.ts';
import type { OutgoingFile, Storage, StoredObject } from '../storage.ts';
import { checkKey } from '../storage-key.ts';
import { md5Of, readBytes } from './file-digest.ts';
import { partBytes, uploadAhead, uploadFile } from './multipart-upload.ts';
import { openS3Client } from './s3-client.ts';
import { isMissingObject, isMissingUpload, isUnnamed, toStorageError } from './s3-error.ts';
import { type Bucket, contentType, md5Header, objectFields } from './s3-object.ts';
import { statObject } from './stat-object.ts';
import { differenceOf, verifyObject } from './verify-object.ts';

/** Files below this are made anew when they are finished (the muxer takes their reserve out): sending them ahead would be in vain. */
const aheadFromBytes = 64 * 2 ** 20;

/**
 * A bucket of an S3-compatible service. The SDK is loaded with the first call. Objects above 8 MiB go as multipart uploads that go on after a crash
 * when a journal is given. Every object is verified after it was stored: size and MD5 (ETag) read back where the service has them, else every byte.
 */
export function openS3Storage(settings: CreateStorage, guard: OutgoingGuard, options: { readonly aheadFromBytes?: number } = {}): Storage {
  const { name } = settings;
  let opening: Promise<Bucket> | null = null;
  const open = (): Promise<Bucket> => (opening ??= openBucket(settings, guard));
  const keyOf = (key: string): string => `${settings.prefix}${checkKey(key)}`;
  const attempt = async <T>(key: string, work: (bucket: Bucket) => Promise<T>): Promise<T> => {
    try {
      return await work(await open());
    } catch (error) {
      throw toStorageError(name, key, error);
    }
  };
  return {
    name,
    place: `${placeOf(settings)}/${settings.prefix}`,
    put: async (file) => {
      const key = keyOf(file.key);
      return await attempt(file.key, async (bucket) => {
        const { size } = await statFile(file.path);
        return size > partBytes ? await uploadFile(bucket, key, file) : await putWhole(bucket, key, file);
      });
    },
    sendAhead: async (file) => {
      const key = keyOf(file.key);
      const { size } = await statFile(file.path).catch(() => ({ size: 0 }));
      if (size >= (options.aheadFromBytes ?? aheadFromBytes)) await attempt(file.key, (bucket) => uploadAhead(bucket, key, file));
    },
    replace: async ({ key, bytes, signal }) => {
      const target = keyOf(key);
      await attempt(key, (bucket) => putBytes(bucket, target, bytes, signal, 'no-cache'));
    },
    stat: async (key) => {
      const target = keyOf(key);
      return await attempt(key, (bucket) => statObject(bucket, target));
    },
    open: async (key, range) => {
      const Key = keyOf(key);
      return await attempt(key, async ({ sdk, client, bucket, onRead }) => {
        const Range = range === undefined ? {} : { Range: `bytes=${range.first}-${range.last}` };
        return (await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key, ...onRead, ...Range }))).Body as Readable;
      });
    },
    remove: async (key) => {
      const target = keyOf(key);
      await attempt(key, (bucket) => removeObject(bucket, target));
    },
    removeFolder: async (folder) => {
      const prefix = `${keyOf(folder)}/`;
      await attempt(folder, async (bucket) => {
        await removeObjects(bucket, prefix);
        await removeUploads(bucket, prefix);
      });
    },
    removeUnfinished: async (folder) => {
      const prefix = `${keyOf(folder)}/`;
      await attempt(folder, (bucket) => removeUploads(bucket, prefix));
    },
    close: () => {
      void opening?.then(({ client }) => client.destroy()).catch(() => undefined);
    },
  };
}

function placeOf(settings: CreateStorage): string {
  const address = storageAddress(settings);
  return `${'missing' in address ? settings.preset : address.endpoint}/${settings.bucket}`;
}

async function openBucket(settings: CreateStorage, guard: OutgoingGuard): Promise<Bucket> {
  const s3 = await openS3Client(settings, guard);
  const { name, bucket } = settings;
  return { ...s3, name, bucket, place: placeOf(settings), ...objectFields(settings) };
}

async function putWhole(bucket: Bucket, key: string, file: OutgoingFile): Promise<StoredObject> {
  const bytes = await readBytes(file.path, 0, (await statFile(file.path)).size);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const expected = { sizeBytes: bytes.length, sha256, etag: await md5Of(bytes) };
  const difference = await differenceOf(bucket, key, expected, file.signal).catch((error: unknown) => {
    if (isUnnamed(error)) return 'not known'; // the answer to a write says why
    throw error;
  });
  const isThere = difference === null;
  if (!isThere) {
    await putBytes(bucket, key, bytes, file.signal);
    await verifyObject(bucket, key, expected, file.signal);
  }
  return { key: file.key, sizeBytes: bytes.length, sha256 };
}

async function putBytes(bucket: Bucket, key: string, bytes: Uint8Array, signal?: AbortSignal, cacheControl?: string): Promise<void> {
  const input = {
    ...{ Bucket: bucket.bucket, Key: key, Body: bytes, ContentType: contentType(key), ContentMD5: md5Header(await md5Of(bytes)) },
    ...(cacheControl !== undefined && { CacheControl: cacheControl }),
  };
  const command = new bucket.sdk.PutObjectCommand({ ...input, ...bucket.onWrite });
  await bucket.client.send(command, signal === undefined ? {} : { abortSignal: signal });
}

async function removeObject({ sdk, client, bucket }: Bucket, key: string): Promise<void> {
  await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key })).catch((error: unknown) => {
    if (!isMissingObject(error)) throw error;
  });
}

/** One by one: several services do not know the request that deletes many. */
async function removeObjects(bucket: Bucket, prefix: string): Promise<void> {
  const { sdk, client } = bucket;
  for await (const page of sdk.paginateListObjectsV2({ client }, { Bucket: bucket.bucket, Prefix: prefix })) {
    const keys = (page.Contents ?? []).map(({ Key }) => Key).filter((key) => key !== undefined);
    for (let at = 0; at < keys.length; at += 8) await Promise.all(keys.slice(at, at + 8).map((key) => removeObject(bucket, key)));
  }
}

async function removeUploads(bucket: Bucket, prefix: string): Promise<void> {
  const { sdk, client } = bucket;
  for (let isTruncated = true; isTruncated;) {
    const { Uploads = [], IsTruncated } = await client.send(
      new sdk.ListMultipartUploadsCommand({ Bucket: bucket.bucket, Prefix: prefix, MaxUploads: 1000 }),
    );
    for (const { Key, UploadId } of Uploads) {
      await client.send(new sdk.AbortMultipartUploadCommand({ Bucket: bucket.bucket, Key, UploadId })).catch((error: unknown) => {
        if (!isMissingUpload(error)) throw error;
      });
    }
    isTruncated = IsTruncated === true && Uploads.length > 0;
  }
}
