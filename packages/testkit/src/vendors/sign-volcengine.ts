import { createHash, createHmac } from 'node:crypto';
import type { Signer, UnsignedRequest } from './unsigned-request.ts';

/**
 * The headers of a request with its HMAC-SHA256 signature, made as the vendor's document says and with nothing of the server's. All headers given are signed.
 * The pairs of `query` have to be encoded strictly (RFC 3986).
 *
 * @see https://www.volcengine.com/docs/6369/67269
 */
export function signVolcengine(request: UnsignedRequest, { key, secret, nowMs }: Signer): Readonly<Record<string, string>> {
  const dateTime = `${new Date(nowMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const date = dateTime.slice(0, 8);
  const bodyHash = sha256(request.body);
  const headers: Record<string, string> = { ...request.headers, host: request.host, 'x-date': dateTime, 'x-content-sha256': bodyHash };
  const names = Object.keys(headers).toSorted();
  const lines = names.map((name) => `${name}:${(headers[name] ?? '').replace(/\s+/g, ' ').trim()}\n`).join('');
  const query = request.query.split('&').toSorted().join('&');
  const canonical = [request.method, request.path, query, lines, names.join(';'), bodyHash].join('\n');
  const scope = `${date}/cn-north-1/rtc/request`;
  const dated = hmac(hmac(hmac(hmac(secret, date), 'cn-north-1'), 'rtc'), 'request');
  const signature = hmac(dated, ['HMAC-SHA256', dateTime, scope, sha256(canonical)].join('\n')).toString('hex');
  return { ...headers, authorization: `HMAC-SHA256 Credential=${key}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}` };
}

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
