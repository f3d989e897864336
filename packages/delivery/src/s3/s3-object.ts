import type { GetObjectCommandInput, PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { CreateStorage } from '@tapedeck/protocol';
import type { S3 } from './s3-client.ts';

/** One bucket as its requests need it. */
export interface Bucket extends S3 {
  /** Name of the storage in errors. */
  readonly name: string;
  readonly bucket: string;
  /** Endpoint and bucket. */
  readonly place: string;
  /** Header fields that every object is written with. */
  readonly onWrite: Pick<
    PutObjectCommandInput,
    'ServerSideEncryption' | 'SSEKMSKeyId' | 'StorageClass' | 'SSECustomerAlgorithm' | 'SSECustomerKey'
  >;
  /** Header fields that every object is read with, and each part of it written. */
  readonly onRead: Pick<GetObjectCommandInput, 'SSECustomerAlgorithm' | 'SSECustomerKey'>;
  /** ETags are MD5 sums here, as far as the settings tell. */
  readonly hasMd5Tags: boolean;
}

/** The fields of requests that a storage's encryption and class ask for. */
export function objectFields({ encryption, storageClass }: CreateStorage): Pick<Bucket, 'onWrite' | 'onRead' | 'hasMd5Tags'> {
  const onRead: Bucket['onRead'] =
    encryption?.type === 'customer' ? { SSECustomerAlgorithm: 'AES256', SSECustomerKey: encryption.key } : {};
  const keyId = encryption?.type === 'aws:kms' ? encryption.keyId : null;
  const onWrite: Bucket['onWrite'] = {
    ...onRead,
    ...(encryption !== null && encryption.type !== 'customer' && { ServerSideEncryption: encryption.type }),
    ...(keyId !== null && { SSEKMSKeyId: keyId }),
    ...(storageClass !== null && { StorageClass: storageClass as NonNullable<PutObjectCommandInput['StorageClass']> }),
  };
  return { onWrite, onRead, hasMd5Tags: encryption === null || encryption.type === 'AES256' };
}

const types: Readonly<Record<string, string>> = {
  ...{
    mp4: 'video/mp4',
    m4s: 'video/iso.segment',
    m3u8: 'application/vnd.apple.mpegurl',
    ts: 'video/mp2t',
    webm: 'video/webm',
    flv: 'video/x-flv',
  },
  ...{ mp3: 'audio/mpeg', m4a: 'audio/mp4', aac: 'audio/aac', wav: 'audio/wav', ogg: 'audio/ogg', opus: 'audio/ogg' },
  ...{ json: 'application/json', vtt: 'text/vtt', jpg: 'image/jpeg', png: 'image/png' },
};

/** Media type by the ending of a key. */
export const contentType = (key: string): string => types[key.slice(key.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';

/** The value of Content-MD5. */
export const md5Header = (md5: string): string => Buffer.from(md5, 'hex').toString('base64');

/** An ETag without quotes. */
export const bareTag = (etag: string | undefined): string => (etag ?? '').replaceAll('"', '').toLowerCase();
