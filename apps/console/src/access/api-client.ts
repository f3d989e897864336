import type { Recording } from '@tapedeck/protocol';
import type { OfferedLayout } from '../recording/offered-layouts.ts';
import type { Credentials } from './credentials.ts';

/** What the page asks the server to record. */
export interface RecordRequest {
  readonly room: string;
  readonly layout: OfferedLayout;
  readonly hasIndividual: boolean;
}

/** An answer that is not 2xx. `message` is the server's own sentence. */
class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The native API as the page uses it. Every call throws {@link ApiError} or a network `TypeError`. */
export class ApiClient {
  readonly #authorization: string;

  constructor({ key, secret }: Credentials) {
    const bytes = new TextEncoder().encode(`${key}:${secret}`);
    this.#authorization = `Basic ${btoa(String.fromCharCode(...bytes))}`;
  }

  /** Throws when the server does not know the key. */
  async check(): Promise<void> {
    await this.#call('GET', '/v1/recordings?limit=1');
  }

  token(room: string, name: string): Promise<{ token: string; url: string }> {
    const identity = `${name.replace(/[^\p{L}\p{N}_-]/gu, '-')}-${crypto.randomUUID().slice(0, 4)}`;
    return this.#call('POST', '/v1/tokens', { room, identity, name });
  }

  record({ room, layout, hasIndividual }: RecordRequest): Promise<Recording> {
    const composite = { type: 'composite', formats: ['mp4'], layout: { name: layout } };
    const individual = { type: 'individual', formats: ['mp4'] };
    return this.#call('POST', '/v1/recordings', { room, outputs: hasIndividual ? [composite, individual] : [composite] });
  }

  recording(id: string): Promise<Recording> {
    return this.#call('GET', `/v1/recordings/${encodeURIComponent(id)}`);
  }

  stop(id: string): Promise<Recording> {
    return this.#call('POST', `/v1/recordings/${encodeURIComponent(id)}/stop`);
  }

  async #call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers = new Headers({ authorization: this.#authorization });
    if (body !== undefined) headers.set('content-type', 'application/json');
    const response = await fetch(path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
    const answer = (await response.json().catch(() => null)) as { detail?: string; title?: string } | null;
    if (!response.ok) throw new ApiError(response.status, answer?.detail ?? answer?.title ?? `${response.status} ${response.statusText}`);
    return answer as Answer;
  }
}
