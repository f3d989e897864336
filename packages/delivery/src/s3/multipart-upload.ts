import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { OutgoingFile, StoredObject } from '../storage.ts';
import { StorageVerifyError } from '../errors.ts';
import { digestFile, type FileDigest, md5Of, readBytes } from './file-digest.ts';
import { isMissingUpload, isUnnamed } from './s3-error.ts';
import { bareTag, type Bucket, contentType, md5Header } from './s3-object.ts';
import { statObject } from './stat-object.ts';
import { readJournal, removeJournal, type SentPart, type UploadState, writeJournal } from './upload-journal.ts';
import { differenceOf, verifyObject } from './verify-object.ts';

/**
 * Every part but the last has this size: S3 asks for 5 MiB at least and 10,000 parts at most, R2 for equal parts. It is a multiple of 1 MiB.
 */
export const partBytes = 8 * 2 ** 20;
const partsAtOnce = 4;

/** Where one file goes, with what its upload has done by now. */
interface Upload {
  readonly bucket: Bucket;
  readonly file: OutgoingFile;
  /** The key in the bucket. */
  readonly key: string;
  state: UploadState;
  /** Journal writes follow one another. */
  writing: Promise<void>;
}

/**
 * Sends the whole parts that a growing file has by now, all but the first, where an index may still be written. What changes later is found by its
 * checksum and sent again by {@link uploadFile}.
 */
export async function uploadAhead(bucket: Bucket, key: string, file: OutgoingFile): Promise<void> {
  const { size } = await stat(file.path);
  const whole = Math.floor(size / partBytes);
  if (whole < 2) return;
  const upload = await openUpload(bucket, key, file);
  const missing = Array.from({ length: whole - 1 }, (_, index) => index + 2).filter((number) => upload.state.parts[number] === undefined);
  for (const number of missing) {
    file.signal?.throwIfAborted();
    try {
      await sendPart(upload, number, partBytes);
    } catch (error) {
      if (isMissingUpload(error)) await removeJournal(file.journalPath);
      throw error;
    }
  }
  await upload.writing;
}

/** Uploads a file that does not change any more in parts, goes on where the journal says, and verifies the object. */
export async function uploadFile(bucket: Bucket, key: string, file: OutgoingFile): Promise<StoredObject> {
  const digest = await digestFile(file.path, partBytes, file.signal);
  const { sizeBytes } = digest;
  if (await isThere(bucket, key, file, digest)) return { key: file.key, sizeBytes, sha256: digest.sha256 };
  const upload = await openUpload(bucket, key, file);
  const sizes = digest.partCrc32s.map((_, index) => Math.min(partBytes, sizeBytes - index * partBytes));
  const wanted = sizes.map((size, index) => ({ number: index + 1, size, crc32: digest.partCrc32s[index] }));
  const missing = wanted.filter(({ number, size, crc32: sum }) => {
    const sent = upload.state.parts[number];
    return sent === undefined || sent.sizeBytes !== size || sent.crc32 !== sum;
  });
  try {
    // The first part last: until the index is there nobody takes the object for a file.
    await inLanes([...missing.slice(1), ...missing.slice(0, 1)], ({ number, size }) => sendPart(upload, number, size));
    await upload.writing;
    await complete(upload, sizes.length);
  } catch (error) {
    if (!isMissingUpload(error)) throw error;
    await removeJournal(file.journalPath);
    const etag = tagOf(upload.state, sizes.length);
    // Its end may have been lost on the way back; else all begins anew.
    if (etag === null || (await differenceOf(bucket, key, { ...digest, etag }, file.signal)) !== null) throw error;
  }
  await verifyObject(bucket, key, { ...digest, etag: tagOf(upload.state, sizes.length) ?? '' }, file.signal);
  await removeJournal(file.journalPath);
  return { key: file.key, sizeBytes, sha256: digest.sha256 };
}

/** An upload that ended before its end was noted down. */
async function isThere(bucket: Bucket, key: string, file: OutgoingFile, digest: FileDigest): Promise<boolean> {
  if ((await readJournal(file.journalPath, `${bucket.place}/${key}`)) !== null || !bucket.hasMd5Tags) return false;
  const found = await statObject(bucket, key).catch((error: unknown) => {
    if (isUnnamed(error)) return null; // the answer to the upload says why
    throw error;
  });
  if (found?.sizeBytes !== digest.sizeBytes) return false;
  const sums: string[] = [];
  for (let at = 0; at < digest.sizeBytes; at += partBytes) sums.push(await md5Of(await readBytes(file.path, at, partBytes)));
  return (await differenceOf(bucket, key, { ...digest, etag: tagOfSums(sums) }, file.signal)) === null;
}

async function openUpload(bucket: Bucket, key: string, file: OutgoingFile): Promise<Upload> {
  const target = `${bucket.place}/${key}`;
  const known = await readJournal(file.journalPath, target);
  const state = known?.partBytes === partBytes ? await stillThere(bucket, key, known, file.signal) : null;
  const upload = { bucket, file, key, state: state ?? (await begin(bucket, key, target, file)), writing: Promise.resolve() };
  if (state === null) await writeJournal(file.journalPath, upload.state);
  return upload;
}

async function begin(bucket: Bucket, key: string, target: string, file: OutgoingFile): Promise<UploadState> {
  const { sdk, client, onWrite } = bucket;
  const input = { Bucket: bucket.bucket, Key: key, ContentType: contentType(key), ...onWrite };
  const { UploadId: uploadId } = await client.send(new sdk.CreateMultipartUploadCommand(input), withSignal(file));
  if (uploadId === undefined) throw new Error('The storage gave the upload no id.');
  return { version: 1, target, uploadId, partBytes, parts: {} };
}

/** The journal's state without the parts that the storage does not have as the journal says; null: it does not know the upload. */
async function stillThere(bucket: Bucket, key: string, state: UploadState, signal: AbortSignal | undefined): Promise<UploadState | null> {
  const { sdk, client, onRead } = bucket;
  const parts: Record<number, SentPart> = {};
  const input = { Bucket: bucket.bucket, Key: key, UploadId: state.uploadId, ...onRead };
  const options = signal === undefined ? {} : { abortSignal: signal };
  try {
    for (let marker: string | undefined, isTruncated = true; isTruncated;) {
      const page = await client.send(
        new sdk.ListPartsCommand({ ...input, ...(marker !== undefined && { PartNumberMarker: marker }) }),
        options,
      );
      for (const { PartNumber: number = 0, ETag: etag, Size: sizeBytes } of page.Parts ?? []) {
        const sent = state.parts[number];
        if (sent !== undefined && bareTag(sent.etag) === bareTag(etag) && sent.sizeBytes === sizeBytes) parts[number] = sent;
      }
      // Some services name a next page where there is none.
      isTruncated = page.IsTruncated === true && page.NextPartNumberMarker !== undefined && page.NextPartNumberMarker !== marker;
      marker = page.NextPartNumberMarker;
    }
  } catch (error) {
    if (isMissingUpload(error)) return null;
    throw error;
  }
  return { ...state, parts };
}

async function sendPart(upload: Upload, number: number, sizeBytes: number): Promise<void> {
  const { bucket, file, key } = upload;
  const bytes = await readBytes(file.path, (number - 1) * partBytes, sizeBytes);
  const md5 = await md5Of(bytes);
  const input = { Bucket: bucket.bucket, Key: key, UploadId: upload.state.uploadId, PartNumber: number, ...bucket.onRead };
  const command = new bucket.sdk.UploadPartCommand({ ...input, Body: bytes, ContentMD5: md5Header(md5) });
  const { ETag: etag = '', ServerSideEncryption: encryption = 'AES256' } = await bucket.client.send(command, withSignal(file));
  // A bucket may encrypt with a KMS key by its own default: its ETags look like MD5 sums and are none.
  if (bucket.hasMd5Tags && encryption === 'AES256' && /^[0-9a-f]{32}$/.test(bareTag(etag)) && bareTag(etag) !== md5)
    throw new StorageVerifyError(bucket.name, file.key, `part ${number} arrived with MD5 ${bareTag(etag)}, ${md5} was sent`);
  const part: SentPart = { etag, md5, crc32: crc32(bytes), sizeBytes: bytes.length };
  upload.state = { ...upload.state, parts: { ...upload.state.parts, [number]: part } };
  const { state } = upload;
  upload.writing = upload.writing.then(() => writeJournal(file.journalPath, state));
  await upload.writing;
}

async function complete({ bucket, file, key, state }: Upload, count: number): Promise<void> {
  const Parts = Array.from({ length: count }, (_, index) => ({ PartNumber: index + 1, ETag: state.parts[index + 1]?.etag }));
  const input = { Bucket: bucket.bucket, Key: key, UploadId: state.uploadId, ...bucket.onRead };
  await bucket.client.send(new bucket.sdk.CompleteMultipartUploadCommand({ ...input, MultipartUpload: { Parts } }), withSignal(file));
}

/** The ETag of an object made of `count` parts; null when not all were sent. */
function tagOf(state: UploadState, count: number): string | null {
  const sums = Array.from({ length: count }, (_, index) => state.parts[index + 1]?.md5);
  return sums.includes(undefined) ? null : tagOfSums(sums as string[]);
}

const tagOfSums = (sums: readonly string[]): string => `${createHash('md5').update(sums.join(''), 'hex').digest('hex')}-${sums.length}`;

const withSignal = ({ signal }: OutgoingFile): { abortSignal?: AbortSignal } => (signal === undefined ? {} : { abortSignal: signal });

/** A few at a time; the last item after all others. Rejects with the first error once nothing runs any more. */
async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.slice(0, -1);
  let failure: { readonly error: unknown } | null = null;
  const lane = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined && failure === null; item = waiting.shift()) {
      await work(item).catch((error: unknown) => (failure ??= { error }));
    }
  };
  await Promise.all(Array.from({ length: partsAtOnce }, lane));
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
  for (const item of items.slice(-1)) await work(item);
}
