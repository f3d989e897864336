import type { S3Client } from '@aws-sdk/client-s3';
import type { CreateStorage } from '@tapedeck/protocol';
import { storageAddress } from '@tapedeck/protocol';
import type { OutgoingGuard } from '../outgoing/outgoing-guard.ts';

type Sdk = typeof import('@aws-sdk/client-s3');

/** The SDK with a client of it: loaded by those who store in S3, since it is large. */
export interface S3 {
  readonly sdk: Sdk;
  readonly client: S3Client;
}

const connectMs = 5_000;
/** Without a byte in either direction; a slow storage is no reason to give up. */
const idleMs = 60_000;
/** Of a single request; the delivery's own attempts come on top. */
const maxAttempts = 3;

/** A client for one storage. The caller destroys it; the guard's connections stay. */
export async function openS3Client(storage: CreateStorage, guard: OutgoingGuard): Promise<S3> {
  const sdk = await import('@aws-sdk/client-s3');
  const address = storageAddress(storage);
  if ('missing' in address) throw new RangeError(`Storage "${storage.name}" has no ${address.missing}.`);
  const { accessKeyId, secretAccessKey, sessionToken } = storage;
  const client = new sdk.S3Client({
    endpoint: address.endpoint,
    region: address.region,
    forcePathStyle: address.pathStyle,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== null && { sessionToken }) },
    maxAttempts,
    // Many compatible services know neither the newer checksums nor trailers; Content-MD5 and the signed SHA-256 of the body protect every request.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { httpAgent: guard.httpAgent, httpsAgent: guard.httpsAgent, connectionTimeout: connectMs, socketTimeout: idleMs },
    expectContinueHeader: false,
    disableS3ExpressSessionAuth: true,
  });
  return { sdk, client };
}
