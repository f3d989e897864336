import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A TCP relay in front of a server, to lose connections on purpose. */
export interface TcpProxy {
  readonly port: number;
  /** Connections open now. */
  readonly connectionCount: number;
  /** Resets every open connection. */
  dropAll(): void;
  /** While true, new connections are reset at once. */
  refuse: boolean;
  close(): Promise<void>;
}

/** Starts a relay to a port on 127.0.0.1. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const open = new Set<Socket>();
  const proxy = {
    ...{ port: 0, refuse: false },
    get connectionCount() {
      return open.size;
    },
    dropAll: () => open.forEach((socket) => socket.resetAndDestroy()),
    async close() {
      proxy.dropAll();
      server.close();
      await once(server, 'close');
    },
  };
  const server = createServer((socket) => {
    if (proxy.refuse) return void socket.resetAndDestroy();
    const target = connect(targetPort, '127.0.0.1');
    open.add(socket);
    socket.pipe(target).pipe(socket);
    for (const end of [socket, target]) {
      end.on('error', () => {});
      end.on('close', () => {
        open.delete(socket);
        socket.destroy();
        target.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(proxy, { port: (server.address() as AddressInfo).port });
}
