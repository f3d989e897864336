import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Operations } from './api-types.ts';
import { TapedeckApiError, TapedeckConnectionError } from './errors.ts';

/** Where the server is, and who asks. */
export interface TapedeckClientOptions {
  /** `http(s)://host[:port][/path]` of the server. */
  readonly url: string;
  /** Key pair of an application. */
  readonly key: string;
  readonly secret: string;
  /** Longest time of a call with all its attempts, in milliseconds; default 30 000. */
  readonly timeoutMs?: number;
  /** How often a call is tried again that got no answer, or 429, 502, 503 or 504; default 3. */
  readonly retries?: number;
  /** In place of the global `fetch`: another agent, a proxy, a test. */
  readonly fetch?: typeof fetch;
}

/** What every call takes. */
export interface CallOptions {
  /** Gives the call up; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** In place of the client's, in milliseconds. */
  readonly timeoutMs?: number;
}

/** What calls that make something take. */
export interface CreateOptions extends CallOptions {
  /** Two calls with the same key make one thing. Made up when left out, so that a repeated attempt makes nothing twice. */
  readonly idempotencyKey?: string;
}

/** An operation of the API, e.g. `POST /v1/recordings`. */
export type OperationKey = keyof Operations;

interface Asked<K extends OperationKey> {
  readonly path?: Operations[K]['path'];
  readonly query?: Operations[K]['query'] | undefined;
  readonly body?: Operations[K]['body'] | undefined;
}

/** Calls that would do something twice, and carry no idempotency key. */
const unrepeatable: readonly OperationKey[] = [
  'POST /v1/webhooks/{id}/rotate-secret',
  'POST /v1/webhooks/{id}/replay',
  'POST /v1/webhooks/{id}/deliveries/{delivery}/replay',
];
const firstWaitMs = 200;
const longestWaitMs = 5_000;

/** Carries calls to the server and answers back. */
export class Transport {
  readonly #options: TapedeckClientOptions;
  readonly #base: string;
  readonly #authorization: string;

  /** @throws {TypeError} when the address is none. */
  constructor(options: TapedeckClientOptions) {
    const { protocol } = new URL(options.url);
    if (protocol !== 'http:' && protocol !== 'https:')
      throw new TypeError(`url must begin with http:// or https://; it is ${options.url}.`);
    this.#options = options;
    this.#base = options.url.replace(/\/+$/, '');
    this.#authorization = `Basic ${Buffer.from(`${options.key}:${options.secret}`).toString('base64')}`;
  }

  /**
   * Asks once, and again where that does no harm.
   *
   * @throws {TapedeckApiError} what the server answered.
   * @throws {TapedeckConnectionError} when there was no answer.
   */
  async call<K extends OperationKey>(key: K, asked: Asked<K> = {}, options: CreateOptions = {}): Promise<Operations[K]['answer']> {
    const signal = this.#signal(options);
    return await this.#told(options.signal, async () => {
      const answer = await this.#attempts(key, asked, options, signal);
      if (answer.status === 204) return undefined as Operations[K]['answer'];
      const text = await answer.text();
      try {
        return JSON.parse(text) as Operations[K]['answer'];
      } catch (cause) {
        throw new TapedeckConnectionError('answer', `${this.#base} does not answer as a Tapedeck server does.`, { cause });
      }
    });
  }

  /** The answer as it comes. Its time ends with the call's signal only; reading it is the caller's. */
  async open<K extends OperationKey>(
    key: K,
    asked: Asked<K>,
    signal: AbortSignal | undefined,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return await this.#told(signal, async () => await this.#send(key, asked, signal, headers));
  }

  async #attempts<K extends OperationKey>(key: K, asked: Asked<K>, options: CreateOptions, signal: AbortSignal): Promise<Response> {
    const isCreate = key.startsWith('POST ');
    const headers: Record<string, string> = isCreate ? { 'idempotency-key': options.idempotencyKey ?? randomUUID() } : {};
    const mostRetries = unrepeatable.includes(key) ? 0 : (this.#options.retries ?? 3);
    for (let attempt = 0; ; attempt++) {
      const isLast = attempt >= mostRetries;
      const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** attempt) * (0.5 + Math.random() / 2);
      try {
        return await this.#send(key, asked, signal, headers);
      } catch (error) {
        if (signal.aborted || isLast || !isWorthRepeating(error)) {
          const isGone = attempt > 0 && key.startsWith('DELETE ') && error instanceof TapedeckApiError && error.status === 404;
          if (isGone) return new Response(null, { status: 204 }); // the attempt without an answer did it
          throw error;
        }
      }
      await delay(waitMs, undefined, { signal });
    }
  }

  async #send<K extends OperationKey>(
    key: K,
    { path, query, body }: Asked<K>,
    signal: AbortSignal | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<Response> {
    const [method = '', template = ''] = key.split(' ');
    const names = (path ?? {}) as Readonly<Record<string, string>>;
    const address = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(names[name] ?? ''));
    const answer = await (this.#options.fetch ?? fetch)(`${this.#base}${address}${toQuery(query)}`, {
      method,
      headers: {
        accept: 'application/json',
        authorization: this.#authorization,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
    });
    if (!answer.ok) throw await TapedeckApiError.of(answer);
    return answer;
  }

  #signal({ signal, timeoutMs }: CallOptions): AbortSignal {
    const timeout = AbortSignal.timeout(timeoutMs ?? this.#options.timeoutMs ?? 30_000);
    return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  }

  /** Says in this client's words what went wrong. */
  async #told<T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof TapedeckApiError || error instanceof TapedeckConnectionError) throw error;
      signal?.throwIfAborted();
      const isLate = isTimeout(error) || (error instanceof Error && isTimeout(error.cause));
      if (isLate) throw new TapedeckConnectionError('timeout', `${this.#base} did not answer in time.`, { cause: error });
      throw new TapedeckConnectionError('network', `${this.#base} does not answer.`, { cause: error });
    }
  }
}

const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError';

function isWorthRepeating(error: unknown): boolean {
  return error instanceof TapedeckApiError ? [429, 502, 503, 504].includes(error.status) : true;
}

function toQuery(query: unknown): string {
  const given = Object.entries((query ?? {}) as Readonly<Record<string, unknown>>).filter(([, value]) => value !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))}`;
}
