import { createHash } from 'node:crypto';

/** The values that a callback's signature covers, beside the secret. */
export interface SignedValues {
  readonly EventType: string;
  readonly EventData: string;
  readonly EventTime: string;
  readonly EventId: string;
  readonly AppId: string;
  readonly Version: string;
  readonly Nonce: string;
}

/**
 * The eight values (the secret is one of them) sorted by their bytes and joined, as SHA-256 in lower-case hexadecimal.
 *
 * @see https://www.volcengine.com/docs/6348/69820
 */
export function callbackSignature(values: SignedValues, secret: string): string {
  const { EventType, EventData, EventTime, EventId, AppId, Version, Nonce } = values;
  const parts = [EventType, EventData, EventTime, EventId, AppId, Version, Nonce, secret].map((text) => Buffer.from(text));
  return createHash('sha256')
    .update(Buffer.concat(parts.toSorted(Buffer.compare)))
    .digest('hex');
}
