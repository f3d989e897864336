import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';

/** What a request meets on its way. */
export type Fault =
  | { readonly kind: 'answer'; readonly status: number; readonly code: string }
  /** The connection is reset after so many bytes of the request's body. */
  | { readonly kind: 'reset'; readonly afterBytes: number }
  | { readonly kind: 'slow'; readonly bytesPerS: number }
  /** The body arrives with one bit changed. */
  | { readonly kind: 'flip' };

/** An HTTP proxy in front of an S3 server, to spoil its days. */
export interface FaultProxy {
  readonly endpoint: string;
  readonly port: number;
  /** Asked for each request, with its method and its path with query. */
  fault: (method: string, path: string) => Fault | null;
  /** Told the header fields of each request. */
  onRequest: (headers: IncomingHttpHeaders) => void;
  /** `METHOD path?query` of every request so far. */
  readonly requests: string[];
  close(): Promise<void>;
}

export async function startFaultProxy(targetPort: number): Promise<FaultProxy> {
  const requests: string[] = [];
  const server = createServer((incoming, answer) => {
    const { method = '', url = '', headers } = incoming;
    proxy.onRequest(headers);
    requests.push(`${method} ${url}`);
    pass(incoming, answer, targetPort, proxy.fault(method, url));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const proxy: FaultProxy = {
    ...{ port, endpoint: `http://127.0.0.1:${port}`, requests, fault: () => null, onRequest: () => undefined },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

function pass(incoming: IncomingMessage, answer: ServerResponse, port: number, fault: Fault | null): void {
  incoming.on('error', () => undefined);
  answer.on('error', () => undefined);
  if (fault?.kind === 'answer') return refuse(incoming, answer, fault);
  const { method, url, headers } = incoming;
  const outgoing = request({ host: '127.0.0.1', port, method, path: url, headers }, (reply) => {
    answer.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(answer);
  });
  outgoing.on('error', () => incoming.socket.destroy());
  answer.once('close', () => outgoing.destroy());
  incoming.pipe(spoil(fault, incoming)).pipe(outgoing);
}

function refuse(incoming: IncomingMessage, answer: ServerResponse, { status, code }: { status: number; code: string }): void {
  incoming.resume().once('end', () => {
    const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>Made up by the test.</Message></Error>`;
    answer.writeHead(status, { 'content-type': 'application/xml' }).end(incoming.method === 'HEAD' ? '' : body);
  });
}

function spoil(fault: Fault | null, incoming: IncomingMessage): Transform {
  let seenBytes = 0;
  return new Transform({
    highWaterMark: fault?.kind === 'slow' ? 1024 : 65_536,
    transform(piece: Buffer, _encoding, done) {
      seenBytes += piece.length;
      if (fault?.kind === 'reset' && seenBytes > fault.afterBytes) return void incoming.socket.resetAndDestroy();
      if (fault?.kind === 'flip' && piece.length > 0) piece[0] = (piece[0] ?? 0) ^ 1;
      if (fault?.kind === 'slow') return void setTimeout(done, (piece.length / fault.bytesPerS) * 1000, null, piece);
      done(null, piece);
    },
  });
}
