import type { Recording, Render } from '@tapedeck/protocol';
import { CommandError } from '../errors.ts';

/** The native API as the command line uses it. */
export interface ApiClient {
  readonly url: string;
  create(request: object): Promise<Recording>;
  get(id: string): Promise<Recording>;
  list(query: Readonly<Record<string, string>>): Promise<{ readonly items: readonly Recording[]; readonly nextCursor: string | null }>;
  stop(id: string): Promise<Recording>;
  startRender(id: string, request: object): Promise<Render>;
  getRender(id: string, renderId: string): Promise<Render>;
}

/** @throws {CommandError} COMMAND_FAILED from every method, with the problem's own words. */
export function createApiClient(url: string, credentials: { readonly key: string; readonly secret: string }): ApiClient {
  const authorization = `Basic ${Buffer.from(`${credentials.key}:${credentials.secret}`).toString('base64')}`;
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    }).catch((cause: unknown) => {
      throw new CommandError(`${url} does not answer.`, { cause, retryable: true });
    });
    if (!answer.ok) throw new CommandError(await problemOf(answer), { retryable: answer.status === 503 });
    return (await answer.json()) as T;
  };
  const path = (id: string): string => `/v1/recordings/${encodeURIComponent(id)}`;
  return {
    url,
    create: (request) => call('POST', '/v1/recordings', request),
    get: (id) => call('GET', path(id)),
    list: (query) => call('GET', `/v1/recordings?${new URLSearchParams(query)}`),
    stop: (id) => call('POST', `${path(id)}/stop`),
    startRender: (id, request) => call('POST', `${path(id)}/renders`, request),
    getRender: (id, renderId) => call('GET', `${path(id)}/renders/${encodeURIComponent(renderId)}`),
  };
}

async function problemOf(answer: Response): Promise<string> {
  const problem = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string };
  return problem.detail === undefined ? `The server answered ${answer.status}.` : `${problem.detail} (${problem.code ?? answer.status})`;
}
