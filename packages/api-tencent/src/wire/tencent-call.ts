import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';

/** One request exactly as it came: signatures are made over these bytes. */
export interface TencentCall {
  readonly method: string;
  /** Percent-encoded, without the query. */
  readonly path: string;
  /** As it was sent, without `?`. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The call of an HTTP request whose body was kept as bytes (see `tencentRoutes`). */
export function callOf(request: FastifyRequest): TencentCall {
  const url = request.raw.url ?? '/';
  const mark = url.indexOf('?');
  return {
    method: request.method,
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    headers: request.headers,
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
}

/** A header as one text; empty when it is not there. */
export function headerOf({ headers }: Pick<TencentCall, 'headers'>, name: string): string {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : (value ?? '');
}

/** Whether the body is a form. */
export function isForm(call: Pick<TencentCall, 'headers'>): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(headerOf(call, 'content-type'));
}

/**
 * Whether a request is one of Tencent Cloud's API: by a header that only this vendor's calls have, else by the parameters of the old signature in its form or
 * query. The body must have been kept as bytes.
 */
export function isTencentRequest(request: FastifyRequest): boolean {
  const { headers } = request;
  if (headers['x-tc-action'] !== undefined || /^TC3-HMAC-SHA256\b/i.test(headers.authorization ?? '')) return true;
  const call = callOf(request);
  const text = call.method === 'POST' && isForm(call) ? call.body.toString('latin1') : call.query;
  const has = (name: string): boolean => new RegExp(`(?:^|&)${name}=`).test(text);
  return has('Action') && (has('SecretId') || has('SignatureMethod') || has('Nonce'));
}
