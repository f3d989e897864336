import { Agent, request } from 'node:http';
import type { SignedRequest } from './dialect-calls.ts';

/** Sends signed requests over connections that stay open. */
export class KeepAliveClient {
  readonly #host: string;
  readonly #agent: Agent;

  /** @param host `name:port`. */
  constructor(host: string, connections: number) {
    this.#host = host;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** The answer as JSON. @throws {Error} when it holds an error of either vendor's, or is none of theirs. */
  async send({ method, path, headers, body }: SignedRequest): Promise<unknown> {
    const text = await new Promise<string>((resolve, reject) => {
      const call = request(`http://${this.#host}${path}`, { method, headers, agent: this.#agent }, (response) => {
        let received = '';
        response.setEncoding('utf8').on('data', (piece: string) => (received += piece));
        response.on('end', () => resolve(received));
        response.on('error', reject);
      });
      call.on('error', reject);
      call.end(body === '' ? undefined : body);
    });
    if (!text.startsWith('{') || text.includes('"Error":')) throw new Error(`${method} ${path}: ${text.slice(0, 300)}`);
    return JSON.parse(text) as unknown;
  }

  close(): void {
    this.#agent.destroy();
  }
}
