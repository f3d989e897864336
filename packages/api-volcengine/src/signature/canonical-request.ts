import { createHash, createHmac } from 'node:crypto';
import { SigningKeys } from './signing-keys.ts';

/** Decoded query pairs in the order of the address. */
export type QueryPairs = readonly (readonly [string, string])[];

/** SHA-256 in lower-case hexadecimal. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The pairs of a query string without its `?`. What cannot be decoded stays as it is: then no signature fits it. */
export function parseQuery(query: string): QueryPairs {
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part): readonly [string, string] => {
      const equals = part.indexOf('=');
      const [key, value] = equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)];
      return [decode(key), decode(value)];
    });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** RFC 3986: only letters, digits and `-_.~` stay; upper-case hexadecimal. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Pairs sorted by key, then by encoded value, encoded anew: how they stood in the address does not matter. */
export function canonicalQuery(pairs: QueryPairs): string {
  return pairs
    .map(([key, value]) => [key, encode(value)] as const)
    .toSorted(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([key, value]) => `${encode(key)}=${value}`)
    .join('&');
}

/** What is signed, in the terms of the request. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: QueryPairs;
  /** Lower-case names in their order, with values as sent. */
  readonly headers: readonly (readonly [string, string])[];
  readonly bodyHash: string;
}

/** The text whose hash is signed. @see https://www.volcengine.com/docs/6369/67269 */
export function canonicalRequest({ method, path, query, headers, bodyHash }: SignedRequest): string {
  const lines = `${headers.map(([name, value]) => `${name}:${headerValue(name, value)}`).join('\n')}\n`;
  const names = headers.map(([name]) => name).join(';');
  return [method.toUpperCase(), path, canonicalQuery(query), lines, names, bodyHash].join('\n');
}

function headerValue(name: string, value: string): string {
  const text = value.replace(/\s+/g, ' ').trim();
  return name === 'host' ? text.replace(/:(?:80|443)$/, '') : text;
}

/** Where and when a signature counts: `date/region/service/request`. */
export interface Scope {
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** The signature in lower-case hexadecimal. @param dateTime As in `X-Date`: `20240102T030405Z`. */
export function signatureOf(request: SignedRequest, scope: Scope, dateTime: string, secret: string): string {
  const { date, region, service } = scope;
  const text = ['HMAC-SHA256', dateTime, `${date}/${region}/${service}/request`, sha256Hex(canonicalRequest(request))].join('\n');
  const key = signingKeys.of([secret, date, region, service], () => hmac(hmac(hmac(hmac(secret, date), region), service), 'request'));
  return createHmac('sha256', key).update(text).digest('hex');
}

const signingKeys = new SigningKeys();
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
