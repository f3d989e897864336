import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { JoinError } from '@tapedeck/livekit';
import { loadAudioLoop, requirement, startLightPublisher } from '@tapedeck/testkit';
import { describe, expect, test } from 'vitest';
import { Listener, missingNumbers, pair, startServer } from './room-fixture.ts';

const binary = requirement('livekit');
const redis = requirement('redis');

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function startRedis(program: string, port: number): Promise<ChildProcess> {
  const child = spawn(program, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const text of child.stdout) if (String(text).includes('Ready to accept connections')) break;
  child.stdout.resume();
  return child;
}

/** A front that knows only the older signalling path, as servers before 1.9 do. */
async function startOldFront(target: number): Promise<Server> {
  const front = createServer((_request, response) => void response.writeHead(404).end());
  front.on('upgrade', (incoming, socket: Socket, head: Buffer) => {
    socket.on('error', () => {});
    if (incoming.url?.startsWith('/rtc/v1') === true) return void socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
    const outgoing = request({ port: target, host: '127.0.0.1', path: incoming.url, headers: incoming.headers });
    outgoing.on('upgrade', (answer, upstream, rest) => {
      const headers = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join('\r\n')}\r\n\r\n`);
      if (rest.length > 0) socket.write(rest);
      if (head.length > 0) upstream.write(head);
      upstream.on('error', () => {});
      upstream.pipe(socket).pipe(upstream);
    });
    outgoing.end();
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  return front;
}

describe.skipIf(binary === null)('other servers', () => {
  test.skipIf(redis === null)('a LiveKit with Redis, as in a cluster', async () => {
    const redisPort = await freePort();
    const store = await startRedis(redis ?? '', redisPort);
    const server = await startServer(binary ?? '', { redis: `127.0.0.1:${redisPort}` });
    const publisher = await startLightPublisher({
      url: server.url,
      room: 'room',
      identity: 'ann',
      ...pair,
      audio: await loadAudioLoop({ durationS: 2, identity: 1 }),
    });
    const listener = await Listener.join(server.url);
    await listener.until(() => listener.packets > 100);
    for (const { sequenceNumbers } of listener.tracks.values()) expect(missingNumbers(sequenceNumbers)).toBe(0);
    listener.participant.leave();
    await publisher.stop();
    await server.dispose();
    store.kill();
    await once(store, 'exit');
  });

  test('a server that only knows the two-connection protocol', async () => {
    const server = await startServer(binary ?? '');
    const front = await startOldFront(server.port);
    const publisher = await startLightPublisher({
      url: server.url,
      room: 'room',
      identity: 'ann',
      ...pair,
      audio: await loadAudioLoop({ durationS: 2, identity: 1 }),
    });
    const listener = await Listener.join(`ws://127.0.0.1:${(front.address() as AddressInfo).port}`);
    await listener.until(() => listener.packets > 100);
    for (const { sequenceNumbers } of listener.tracks.values()) expect(missingNumbers(sequenceNumbers)).toBe(0);
    listener.participant.leave();
    await publisher.stop();
    await server.dispose();
    front.close();
  });

  test('a wrong secret, and a server that is not there', async () => {
    const server = await startServer(binary ?? '');
    const auth = { ...pair, secret: 'w'.repeat(32), room: 'room', identity: 'recorder' };
    const refused = await Listener.join(server.url, { auth }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(JoinError);
    expect(refused).toMatchObject({ status: 401, retryable: false });
    await server.dispose();
    const absent = await Listener.join(server.url).catch((error: unknown) => error);
    expect(absent).toMatchObject({ code: 'LIVEKIT_JOIN_FAILED', status: null, retryable: true });
  });
});
