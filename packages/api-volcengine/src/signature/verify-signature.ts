import { createHash, timingSafeEqual } from 'node:crypto';
import { gatewayErrors } from '../errors.ts';
import { type QueryPairs, type Scope, sha256Hex, type SignedRequest, signatureOf } from './canonical-request.ts';

/** An HTTP request as it came. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly query: QueryPairs;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

/** How long a signature counts, before and after the instant that it names, in seconds. */
const validityS = 900;
const longestValidityS = 86_400;

/** What a request says about its signature. */
interface Claim {
  readonly key: string;
  readonly scope: Scope;
  readonly dateTime: string;
  readonly signature: string;
  readonly expiresS: number;
  /** Forms of the canonical request that SDKs sign; one of them must fit. */
  readonly candidates: readonly SignedRequest[];
}

/**
 * The value that a finder of keys gives for whoever signed the request; the finder is asked for the secret of the access key. Both forms are read: the header
 * `Authorization`, and the query with `X-Signature`. The body counts by what it is, whatever `X-Content-Sha256` says. Compared in constant time.
 *
 * @returns The owner, and what the signature is for.
 * @throws {VolcengineError} One of {@link gatewayErrors}.
 */
export async function verifySignature<T extends { readonly secret: string }>(
  request: RawRequest,
  findKey: (key: string) => Promise<T | null>,
  nowMs: number,
): Promise<{ readonly owner: T; readonly scope: Scope }> {
  const signature = valueOf(request.query, 'X-Signature');
  const claim = signature === null ? fromHeader(request) : fromQuery(request, signature);
  checkTime(claim, nowMs);
  const owner = await findKey(claim.key);
  if (owner === null) throw gatewayErrors.invalidAccessKey(claim.key.slice(0, 128));
  const fits = claim.candidates.map((candidate) =>
    isSame(claim.signature, signatureOf(candidate, claim.scope, claim.dateTime, owner.secret)),
  );
  if (!fits.includes(true)) throw gatewayErrors.signatureDoesNotMatch();
  return { owner, scope: claim.scope };
}

function fromHeader(request: RawRequest): Claim {
  const authorization = headerOf(request, 'authorization');
  if (authorization === null || authorization === '') throw gatewayErrors.missingToken();
  const parts = /^HMAC-SHA256\s+(.*)$/s.exec(authorization)?.[1];
  if (parts === undefined) throw gatewayErrors.invalidAuthorization('it must begin with HMAC-SHA256');
  const named = new Map(
    parts.split(',').map((part): [string, string] => {
      const [name = '', ...rest] = part.trim().split('=');
      return [name, rest.join('=')];
    }),
  );
  const [credential, signedHeaders, signature] = ['Credential', 'SignedHeaders', 'Signature'].map((name) => named.get(name) ?? '');
  if (signature === '' || signature === undefined) throw gatewayErrors.missingSignature();
  if (credential === '' || credential === undefined) throw gatewayErrors.invalidAuthorization('it has no Credential');
  if ((headerOf(request, 'x-security-token') ?? '') !== '') throw gatewayErrors.invalidSecretToken();
  const names = (signedHeaders ?? '').toLowerCase().split(';').toSorted();
  if (!names.includes('x-date')) throw gatewayErrors.invalidAuthorization('SignedHeaders must name x-date');
  const dateTime = headerOf(request, 'x-date');
  if (dateTime === null) throw gatewayErrors.missingInfo('X-Date');
  const bodyHash = sha256Hex(request.body);
  const told = headerOf(request, 'x-content-sha256');
  if (told !== null && told.toLowerCase() !== bodyHash) throw gatewayErrors.signatureDoesNotMatch();
  const { key, scope } = readCredential(credential, dateTime);
  const headers = names.map((name): [string, string] => [name, headerOf(request, name) ?? '']);
  const { method, path, query } = request;
  const expiresS = readExpiry(query);
  return { key, scope, dateTime, signature, expiresS, candidates: [{ method, path, query, headers, bodyHash }] };
}

/** `X-SignedQueries` is signed by some SDKs and not by others. */
function fromQuery(request: RawRequest, signature: string): Claim {
  const { method, path, query, body } = request;
  if (valueOf(query, 'X-Algorithm') !== 'HMAC-SHA256') throw gatewayErrors.invalidAuthorization('X-Algorithm must be HMAC-SHA256');
  const dateTime = valueOf(query, 'X-Date');
  if (dateTime === null) throw gatewayErrors.missingInfo('X-Date');
  if (signature === '') throw gatewayErrors.missingSignature();
  // The Go SDK names it always, empty without temporary keys.
  if ((valueOf(query, 'X-Security-Token') ?? '') !== '') throw gatewayErrors.invalidSecretToken();
  const { key, scope } = readCredential(valueOf(query, 'X-Credential') ?? '', dateTime);
  const bodyHash = sha256Hex(body);
  const without = (...names: string[]): QueryPairs => query.filter(([name]) => !names.includes(name));
  const candidates = [without('X-Signature', 'X-SignedQueries'), without('X-Signature')].map((signed) => ({
    ...{ method, path, query: signed, headers: [], bodyHash },
  }));
  return { key, scope, dateTime, signature, expiresS: readExpiry(query), candidates };
}

function readCredential(credential: string, dateTime: string): { key: string; scope: Scope } {
  const parts = credential.split('/');
  const [date = '', region = '', service = '', terminator = ''] = parts.slice(-4);
  const key = parts.slice(0, -4).join('/');
  if (key === '' || region === '' || service === '' || terminator !== 'request')
    throw gatewayErrors.invalidCredential('it must be AccessKey/date/region/service/request');
  if (date !== dateTime.slice(0, 8)) throw gatewayErrors.invalidCredential('its date is not that of X-Date');
  return { key, scope: { date, region, service } };
}

function readExpiry(query: QueryPairs): number {
  const text = valueOf(query, 'X-Expires');
  if (text === null) return validityS;
  if (!/^\d{1,9}$/.test(text)) throw gatewayErrors.invalidTimestamp();
  return Math.min(Number(text), longestValidityS);
}

function checkTime({ dateTime, expiresS }: Claim, nowMs: number): void {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(dateTime) ?? [];
  const atMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const isInTime = nowMs - atMs <= expiresS * 1000 && atMs - nowMs <= validityS * 1000;
  if (!isInTime) throw gatewayErrors.invalidTimestamp();
}

/** The first value of this name, or null. */
export function valueOf(query: QueryPairs, name: string): string | null {
  return query.find(([key]) => key === name)?.[1] ?? null;
}

function headerOf(request: RawRequest, name: string): string | null {
  const value = request.headers[name];
  if (value === undefined) return null;
  return typeof value === 'string' ? value : value.join(', ');
}

/** Equal texts, in a time that does not depend on where they differ. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
