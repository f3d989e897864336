import { createHash, createHmac } from 'node:crypto';
import type { Signer, UnsignedRequest } from './unsigned-request.ts';

/**
 * The headers of a request with its TC3-HMAC-SHA256 signature, made as the vendor's document says and with nothing of the server's. All headers given are signed.
 *
 * @see https://cloud.tencent.com/document/api/647/37082
 */
export function signTc3(request: UnsignedRequest, { key, secret, nowMs }: Signer): Readonly<Record<string, string>> {
  const timestamp = Math.floor(nowMs / 1000);
  const date = new Date(timestamp * 1000).toISOString().slice(0, 10);
  const headers: Record<string, string> = { 'content-type': 'application/json', ...request.headers, host: request.host };
  const names = Object.keys(headers).toSorted();
  const lines = names.map((name) => `${name}:${(headers[name] ?? '').trim().toLowerCase()}\n`).join('');
  const canonical = [request.method, request.path, request.query, lines, names.join(';'), sha256(request.body)].join('\n');
  const scope = `${date}/trtc/tc3_request`;
  const dated = hmac(hmac(hmac(`TC3${secret}`, date), 'trtc'), 'tc3_request');
  const signature = hmac(dated, `TC3-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256(canonical)}`).toString('hex');
  const authorization = `TC3-HMAC-SHA256 Credential=${key}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...headers, authorization, 'x-tc-timestamp': String(timestamp) };
}

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
