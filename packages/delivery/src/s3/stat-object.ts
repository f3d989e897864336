import { isMissingObject } from './s3-error.ts';
import type { Bucket } from './s3-object.ts';

/** Size of an object, or null when there is none. */
export async function statObject({ sdk, client, bucket, onRead }: Bucket, key: string): Promise<{ sizeBytes: number } | null> {
  try {
    const { ContentLength: sizeBytes = 0 } = await client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key, ...onRead }));
    return { sizeBytes };
  } catch (error) {
    if (isMissingObject(error)) return null;
    throw error;
  }
}
