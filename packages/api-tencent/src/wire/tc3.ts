import { createHash, createHmac, type KeyObject } from 'node:crypto';
import { TencentError } from '../errors.ts';
import { isSameBytes } from './same-bytes.ts';
import { SigningKeys } from './signing-keys.ts';
import { headerOf } from './tencent-call.ts';
import type { TencentCall } from './tencent-call.ts';

/** What an Authorization header of TC3-HMAC-SHA256 says. */
export interface Tc3Authorization {
  readonly secretId: string;
  /** UTC, `YYYY-MM-DD`. */
  readonly date: string;
  /** Whatever the client takes for it: `trtc`, `127`, `localhost:8080`. */
  readonly service: string;
  readonly signedHeaders: readonly string[];
  /** 32 bytes. */
  readonly signature: Buffer;
}

/** Further than so many seconds a clock may not be off. */
export const clockSkewS = 300;

const form =
  /^TC3-HMAC-SHA256 +Credential=([^/\s,]{1,256})\/(\d{4}-\d{2}-\d{2})\/([^\s,]{1,256})\/tc3_request, *SignedHeaders=([a-z0-9;-]{1,512}), *Signature=([0-9a-f]{64})$/;

/**
 * The parts of an Authorization header.
 *
 * @throws {TencentError} AuthFailure.InvalidAuthorization for any other form, and when content-type or host is not signed.
 */
export function parseTc3Authorization(header: string): Tc3Authorization {
  const [, secretId, date, service, names, signature] = form.exec(header) ?? [];
  const signedHeaders = names?.split(';') ?? [];
  if (secretId === undefined || date === undefined || service === undefined || signature === undefined)
    throw invalid('is not of the form of TC3-HMAC-SHA256');
  if (!signedHeaders.includes('content-type') || !signedHeaders.includes('host')) throw invalid('must sign content-type and host');
  return { secretId, date, service, signedHeaders, signature: Buffer.from(signature, 'hex') };
}

/**
 * Checks what needs no secret: the time, and that the day of the credential is that of the time.
 *
 * @throws {TencentError} MissingParameter without X-TC-Timestamp; AuthFailure.SignatureExpire when it is more than 300 s off.
 */
export function checkTc3Time(call: TencentCall, { date }: Tc3Authorization, nowMs: number): void {
  const timestamp = headerOf(call, 'x-tc-timestamp');
  if (timestamp === '') throw new TencentError('MissingParameter', 'The request header X-TC-Timestamp is missing.');
  if (!/^\d{1,12}$/.test(timestamp)) throw invalid('goes with X-TC-Timestamp in seconds');
  checkClock(Number(timestamp), nowMs);
  if (new Date(Number(timestamp) * 1000).toISOString().slice(0, 10) !== date) throw invalid('has another day than X-TC-Timestamp');
}

/** @throws {TencentError} AuthFailure.SignatureExpire when `timestampS` is more than 300 s off. */
export function checkClock(timestampS: number, nowMs: number): void {
  if (Math.abs(timestampS * 1000 - nowMs) <= clockSkewS * 1000) return;
  throw new TencentError(
    'AuthFailure.SignatureExpire',
    `The timestamp ${timestampS} is more than ${clockSkewS} seconds away from the time of this server.`,
  );
}

/**
 * Whether the signature is right. Clients differ in what they sign, so these are all taken: the Host header with and without its port, and header values as they are or
 * in lower case (the published example lower-cases the action). Signatures are compared in constant time.
 *
 * @see https://cloud.tencent.com/document/api/647/37082
 */
export function isTc3Signed(call: TencentCall, authorization: Tc3Authorization, secret: string): boolean {
  const { date, service, signature } = authorization;
  const key = signingKeys.of([secret, date, service], () => signingKey(secret, date, service));
  const scope = `${date}/${service}/tc3_request`;
  const timestamp = headerOf(call, 'x-tc-timestamp');
  return canonicalRequests(call, authorization).some((canonical) =>
    isSameBytes(signCanonical(key, timestamp, scope, canonical), signature),
  );
}

const signingKeys = new SigningKeys();

/** The key that a secret makes for one day and service. */
export function signingKey(secret: string, date: string, service: string): Buffer {
  const step = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  return step(step(step(`TC3${secret}`, date), service), 'tc3_request');
}

/** The 32 bytes that a derived key makes of one canonical request. */
export function signCanonical(key: Buffer | KeyObject, timestamp: string, scope: string, canonical: string): Buffer {
  return createHmac('sha256', key)
    .update(`TC3-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256(canonical)}`)
    .digest();
}

/** Every canonical request that the client may have signed. */
export function canonicalRequests(call: TencentCall, { signedHeaders }: Pick<Tc3Authorization, 'signedHeaders'>): readonly string[] {
  const host = headerOf(call, 'host');
  const isUnsigned = headerOf(call, 'x-tc-content-sha256') === 'UNSIGNED-PAYLOAD';
  const payload = sha256(isUnsigned ? 'UNSIGNED-PAYLOAD' : call.body);
  const requests = new Set<string>();
  for (const ownHost of new Set([host, host.replace(/:\d+$/, '')])) {
    for (const inCase of [actionLowered, allLowered, asSent]) {
      const lines = signedHeaders.map((name) => `${name}:${inCase(name, (name === 'host' ? ownHost : headerOf(call, name)).trim())}\n`);
      requests.add(`${call.method}\n${call.path}\n${call.query}\n${lines.join('')}\n${signedHeaders.join(';')}\n${payload}`);
    }
  }
  return [...requests];
}

const actionLowered = (name: string, value: string): string => (name === 'x-tc-action' ? value.toLowerCase() : value);
const allLowered = (_name: string, value: string): string => value.toLowerCase();
const asSent = (_name: string, value: string): string => value;

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

const invalid = (what: string): TencentError => new TencentError('AuthFailure.InvalidAuthorization', `The Authorization header ${what}.`);
