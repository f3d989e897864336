import { createHmac, timingSafeEqual } from 'node:crypto';
import type { TapedeckEvent } from '../client/api-types.ts';

/** A webhook that must not be believed. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
  /** `missing-header`, `malformed-header`; `too-old` and `too-new`: outside the tolerance (a replay, or a wrong clock); `signature`: not signed with this secret; `malformed-body`. */
  readonly reason: 'missing-header' | 'malformed-header' | 'too-old' | 'too-new' | 'signature' | 'malformed-body';

  constructor(reason: WebhookVerificationError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** Headers of a request: those of Node's `http` and of Express and Fastify, or a `Headers`. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VerifyWebhookOptions {
  /** How far the time of the webhook may be from the clock here, in seconds; default 300. */
  readonly toleranceS?: number;
  /** Replaces the clock, in milliseconds of Unix time. */
  readonly nowMs?: number;
}

/**
 * The event of a webhook, when it is signed with this secret and of this time. Signatures are compared in constant time. What is right may still come twice: `id`
 * (header `webhook-id`) is the same then.
 *
 * @param payload The body exactly as it came, before any parser.
 * @param secret `whsec_…`, as the answer that made the webhook said; while a secret changes, both.
 * @throws {WebhookVerificationError} when it must not be believed.
 * @throws {TypeError} when the secret is none.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function verifyWebhook(
  payload: string | Uint8Array,
  headers: WebhookHeaders,
  secret: string | readonly string[],
  options: VerifyWebhookOptions = {},
): TapedeckEvent {
  const { toleranceS = 300, nowMs = Date.now() } = options;
  const keys = (typeof secret === 'string' ? [secret] : secret).map(readSecret);
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const signatures = headerOf(headers, 'webhook-signature').split(' ');
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookVerificationError('malformed-header', 'webhook-timestamp is no number of seconds.');
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), toBytes(payload)]);
  const isSigned = keys
    .map((key) => createHmac('sha256', key).update(signed).digest())
    .flatMap((expected) => signatures.map((signature) => isEqual(signature, expected)))
    .includes(true);
  if (!isSigned) throw new WebhookVerificationError('signature', 'The webhook is not signed with this secret.');
  const ageS = nowMs / 1000 - Number(timestamp);
  if (ageS > toleranceS) throw new WebhookVerificationError('too-old', `The webhook is ${Math.round(ageS)} s old.`);
  if (ageS < -toleranceS) throw new WebhookVerificationError('too-new', `The webhook comes ${Math.round(-ageS)} s too early.`);
  try {
    return JSON.parse(toBytes(payload).toString('utf8')) as TapedeckEvent;
  } catch (cause) {
    throw new WebhookVerificationError('malformed-body', 'The body is no JSON.', { cause });
  }
}

const toBytes = (payload: string | Uint8Array): Buffer =>
  typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);

function readSecret(secret: string): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  if (key.length < 16) throw new TypeError('The secret of a webhook is whsec_ and base64.');
  return key;
}

function headerOf(headers: WebhookHeaders, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  const text = typeof value === 'string' ? value : (value?.[0] ?? '');
  if (text === '') throw new WebhookVerificationError('missing-header', `${name} is missing.`);
  return text;
}

function isEqual(signature: string, expected: Buffer): boolean {
  const given = Buffer.from(/^v1,(.+)$/.exec(signature)?.[1] ?? '', 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
