import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived. */
export interface Arrived {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly event: { id: string; type: string; createdAt: string; recording: { id: string; state: string }; data: Record<string, unknown> };
}

/** A real HTTP server that webhooks are sent to. */
export interface WebhookTarget {
  readonly url: string;
  readonly arrived: Arrived[];
  /** How each request is answered; changed at will. */
  answer: (request: Arrived, response: ServerResponse) => void;
  /** Resolves when so many requests have arrived. */
  count(wanted: number): Promise<void>;
  close(): void;
}

export async function startWebhookTarget(): Promise<WebhookTarget> {
  const arrived: Arrived[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => void take(request, response));
  const target: WebhookTarget = {
    ...{ url: '', arrived, answer: (_request, response) => void response.end('ok') },
    count: (wanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (arrived.length < wanted) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const piece of request.setEncoding('utf8')) body += String(piece);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const one: Arrived = { path: request.url ?? '', headers, body, event: JSON.parse(body) as Arrived['event'] };
    arrived.push(one);
    target.answer(one, response);
    for (const look of waiting) look();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(target, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` });
}
