import { type IncomingMessage, request, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { toProblem } from '@tapedeck/api';
import { LiveKitUnreachableError } from '../errors.ts';

/** Passes LiveKit's own paths on to the LiveKit server, so that one port serves all. Nothing is read or changed on the way. */
export interface MediaProxy {
  /** Takes `/rtc…` and `/twirp/…` of a server (upgrades too) before anything else sees them; every other request goes on as before. */
  attach(server: Server): void;
  /** Ends every connection that still runs. */
  close(): void;
}

const idleTimeoutMs = 30_000;

/** @param livekitUrl Where the LiveKit server answers: `ws(s)://` or `http(s)://`. */
export function createMediaProxy(livekitUrl: string): MediaProxy {
  const target = new URL(livekitUrl.replace(/^ws/, 'http'));
  const port = target.port === '' ? (target.protocol === 'https:' ? 443 : 80) : Number(target.port);
  const open = new Set<Duplex>();
  const track = <T extends Duplex>(stream: T): T => {
    open.add(stream);
    stream.once('close', () => open.delete(stream));
    return stream;
  };
  const dial = (): Socket =>
    target.protocol === 'https:'
      ? connectTls({ host: target.hostname, port, servername: target.hostname })
      : connect({ host: target.hostname, port });
  const web = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const headers = { ...incoming.headers, host: target.host };
    const upstream = request({ createConnection: dial, method: incoming.method, path: incoming.url, headers, timeout: idleTimeoutMs });
    upstream.once('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    upstream.once('timeout', () => upstream.destroy(new Error('no answer in time')));
    upstream.once('error', () => (outgoing.headersSent ? outgoing.destroy() : refuse(outgoing)));
    outgoing.once('close', () => upstream.destroy());
    incoming.pipe(upstream);
  };
  const upgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const upstream = track(dial());
    track(socket);
    const end = (): void => {
      upstream.destroy();
      socket.destroy();
    };
    for (const stream of [upstream, socket]) stream.once('error', end).once('close', end);
    upstream.write(requestHead(incoming, target.host));
    upstream.write(head);
    socket.pipe(upstream).pipe(socket);
  };
  return {
    attach: (server) => {
      const others = server.listeners('request') as RequestListener[];
      server.removeAllListeners('request');
      server.on('request', (incoming, outgoing) => {
        if (isMedia(incoming.url)) web(incoming, outgoing);
        else for (const listener of others) listener.call(server, incoming, outgoing);
      });
      server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
        if (isMedia(incoming.url)) upgrade(incoming, socket, head);
        else socket.destroy();
      });
    },
    close: () => {
      for (const stream of open) stream.destroy();
    },
  };
}

const isMedia = (url: string | undefined): boolean => /^\/(?:rtc(?:[/?]|$)|twirp\/)/.test(url ?? '');

/** The upgrade request again, byte for byte but for the host. */
function requestHead(incoming: IncomingMessage, host: string): string {
  const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`];
  for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
    const name = incoming.rawHeaders[index] ?? '';
    lines.push(`${name}: ${name.toLowerCase() === 'host' ? host : incoming.rawHeaders[index + 1]}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function refuse(outgoing: ServerResponse): void {
  const problem = toProblem(new LiveKitUnreachableError(), 'none');
  outgoing.writeHead(problem.status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
}
