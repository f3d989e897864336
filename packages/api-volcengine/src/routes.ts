import { randomBytes } from 'node:crypto';
import { TapedeckError } from '@tapedeck/protocol';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findAction } from './actions/actions.ts';
import { gatewayErrors, VolcengineError } from './errors.ts';
import type { VolcengineOptions } from './ports.ts';
import { parseQuery, type QueryPairs } from './signature/canonical-request.ts';
import { valueOf, verifySignature } from './signature/verify-signature.ts';
import { isApiVersion } from './versions.ts';

/** The Volcengine API on `/` of a scope of its own, whose bodies stay as they come. */
export function volcengineRoutes(options: VolcengineOptions): (app: FastifyInstance) => void {
  return (app) => {
    app.removeAllContentTypeParsers();
    app.setErrorHandler((error: FastifyError, request, reply) => answerVolcengineError(error, request, reply));
    app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, bytes: Buffer) => bytes);
    app.route({ method: ['GET', 'POST'], url: '/', schema: { hide: true }, handler: volcengineHandler(options) });
  };
}

/** Whether a request on `/` speaks this dialect: by its query, or by how it is signed. */
export function isVolcengineRequest(request: Pick<FastifyRequest, 'url' | 'headers'>): boolean {
  if (request.headers['x-tc-action'] !== undefined) return false;
  const query = queryOf(request.url);
  if (valueOf(query, 'SecretId') !== null) return false;
  const isNamed = valueOf(query, 'Action') !== null || valueOf(query, 'X-Signature') !== null;
  return isNamed || (request.headers.authorization ?? '').startsWith('HMAC-SHA256 ');
}

/** Answers one call. The body has to be the bytes as they came, or nothing. */
export function volcengineHandler(options: VolcengineOptions): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  return async (request, reply) => {
    const query = queryOf(request.url);
    return send(reply, await answer(request, query, metadataOf(query, options.now?.() ?? Date.now()), options));
  };
}

/** Answers what could not be read as a request at all (a body that is too large, say) in the vendor's words. */
export function answerVolcengineError(error: { readonly statusCode?: number }, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const isTooLarge = error.statusCode === 413;
  if (isTooLarge) void reply.header('connection', 'close'); // what was not read would be taken for the next request
  const refusal = isTooLarge
    ? new VolcengineError('InvalidParameter', 'The body is too large.')
    : (error.statusCode ?? 500) < 500
      ? new VolcengineError('InvalidParameter', 'The request cannot be read.')
      : gatewayErrors.internal();
  return send(reply, failure(refusal, metadataOf(queryOf(request.url), Date.now())));
}

function metadataOf(query: QueryPairs, nowMs: number): Metadata {
  return {
    RequestId: newRequestId(nowMs),
    ...{ Action: valueOf(query, 'Action') ?? '', Version: valueOf(query, 'Version') ?? '', Service: 'rtc', Region: 'cn-north-1' },
  };
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

function send(reply: FastifyReply, { status, body }: Answer): FastifyReply {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
  return reply.code(status).headers(headers).send(JSON.stringify(body));
}

function failure({ code, codeN, message, status }: VolcengineError, metadata: Metadata): Answer {
  const Error = { ...(codeN !== null && { CodeN: codeN }), Code: code, Message: message };
  return { status, body: { ResponseMetadata: { ...metadata, Error } } };
}

interface Metadata {
  readonly RequestId: string;
  readonly Action: string;
  readonly Version: string;
  readonly Service: string;
  Region: string;
}

async function answer(request: FastifyRequest, query: QueryPairs, metadata: Metadata, options: VolcengineOptions): Promise<Answer> {
  try {
    const Result = await run(request, query, metadata, options);
    return { status: 200, body: { Result, ResponseMetadata: metadata } };
  } catch (thrown) {
    const error = toVolcengineError(thrown);
    if (error.status >= 500) options.log?.error({ err: thrown, requestId: metadata.RequestId, action: metadata.Action }, 'Request failed.');
    return failure(error, metadata);
  }
}

/** Gateway first (what is asked for, who asks), then the action. */
async function run(request: FastifyRequest, query: QueryPairs, metadata: Metadata, options: VolcengineOptions): Promise<unknown> {
  const { Action: action, Version: version } = metadata;
  if (action === '') throw gatewayErrors.missingParameter('Action');
  if (version === '') throw gatewayErrors.missingParameter('Version');
  const nowMs = options.now?.() ?? Date.now();
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const path = request.url.split('?')[0] ?? '/';
  const raw = { method: request.method, path, query, headers: request.headers, body };
  const { owner, scope } = await verifySignature(raw, (key) => options.catalogue.applications.byKey(key), nowMs);
  metadata.Region = scope.region;
  if (scope.service !== 'rtc') throw gatewayErrors.serviceNotFound(scope.service);
  const isTaken = request.method === 'GET' || request.method === 'POST';
  const found = isTaken && isApiVersion(version) ? { version, perform: findAction(action, version) } : null;
  if (found?.perform == null) throw gatewayErrors.invalidAction(action, version);
  return await found.perform({
    ...{ application: owner, version: found.version, options, nowMs },
    query: Object.fromEntries(query.filter(([name]) => !/^(?:Action|Version|X-.*)$/.test(name))),
    body: () => readJson(body),
  });
}

function readJson(bytes: Buffer): unknown {
  if (bytes.length === 0) throw new VolcengineError('InvalidParameter.BodyIsEmpty', 'The body is empty.');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    throw new VolcengineError('InvalidParameter.Unmarshal', 'The body is not JSON in UTF-8.');
  }
}

/** What the native side refuses is the caller's or the destination's matter, or a fault of ours. */
function toVolcengineError(thrown: unknown): VolcengineError {
  if (thrown instanceof VolcengineError) return thrown;
  if (thrown instanceof TapedeckError && thrown.fault !== 'service') return new VolcengineError('InvalidParameter', thrown.message);
  return gatewayErrors.internal();
}

function queryOf(url: string): QueryPairs {
  const start = url.indexOf('?');
  return start < 0 ? [] : parseQuery(url.slice(start + 1));
}

/** The instant and random digits, as the vendor's own ids begin with the instant. */
function newRequestId(nowMs: number): string {
  const instant = new Date(nowMs).toISOString().replace(/[-:T]|\..*$/g, '');
  return `${instant}${randomBytes(10).toString('hex').toUpperCase()}`;
}
