import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { OutgoingAddressError, OutgoingRequestError } from '../errors.ts';
import type { OutgoingGuard } from './outgoing-guard.ts';

/** One request to where a user's setting points. */
export interface OutgoingRequest {
  readonly url: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** From the first step to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Longest answer that is kept. */
  readonly maxBytes: number;
  /** What lies behind `maxBytes`: `refuse` the answer (an image) or leave it out (`cut`: a webhook's answer, shown in a log). Default `refuse`. */
  readonly excess?: 'refuse' | 'cut';
  readonly signal?: AbortSignal;
}

/** What came back, whatever its status. Redirects are not followed. */
export interface OutgoingAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Sends one request through the guard.
 *
 * @throws {OutgoingAddressError} OUTGOING_ADDRESS when it leads to where nothing may go.
 * @throws {OutgoingRequestError} OUTGOING_FAILED when no whole answer came.
 */
export async function sendRequest(guard: OutgoingGuard, wanted: OutgoingRequest): Promise<OutgoingAnswer> {
  const url = await guard.check(wanted.url);
  const timeout = AbortSignal.timeout(wanted.timeoutMs);
  const signal = wanted.signal === undefined ? timeout : AbortSignal.any([timeout, wanted.signal]);
  try {
    const answer = await answered(start(guard, url, wanted, signal));
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: await readBody(answer, wanted) };
  } catch (cause) {
    wanted.signal?.throwIfAborted();
    if (cause instanceof OutgoingAddressError || cause instanceof OutgoingRequestError) throw cause;
    throw new OutgoingRequestError(url.host, timeout.aborted ? `no answer within ${wanted.timeoutMs} ms` : reasonOf(cause), { cause });
  }
}

function start(guard: OutgoingGuard, url: URL, wanted: OutgoingRequest, signal: AbortSignal): ClientRequest {
  const body = wanted.body === undefined ? null : Buffer.from(wanted.body as string);
  const headers = { ...wanted.headers, ...(body !== null && { 'content-length': String(body.length) }) };
  const isTls = url.protocol === 'https:';
  const options = { method: wanted.method, headers, signal, agent: isTls ? guard.httpsAgent : guard.httpAgent };
  const sent = (isTls ? httpsRequest : httpRequest)(url, options);
  sent.end(body ?? undefined);
  return sent;
}

const answered = (sent: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    sent.once('response', resolve);
    sent.on('error', reject);
  });

async function readBody(answer: IncomingMessage, { url, maxBytes, excess = 'refuse' }: OutgoingRequest): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > maxBytes && excess === 'refuse')
      throw new OutgoingRequestError(new URL(url).host, `the answer is longer than ${maxBytes} bytes`);
    pieces.push(piece);
    if (length >= maxBytes && excess === 'cut') break; // ends the connection
  }
  return Buffer.concat(pieces).subarray(0, maxBytes);
}

function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}
