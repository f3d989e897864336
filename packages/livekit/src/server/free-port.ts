import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A TCP port that was free on `host` a moment ago. */
export async function freeTcpPort(host = '127.0.0.1'): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A UDP port that was free on every interface a moment ago: `preferred` when it is. */
export async function freeUdpPort(preferred = 0): Promise<number> {
  const socket = createSocket('udp4');
  try {
    socket.bind(preferred);
    await once(socket, 'listening');
    return socket.address().port;
  } catch (error) {
    if (preferred === 0) throw error;
    return await freeUdpPort();
  } finally {
    socket.close();
  }
}

/** Whether `port` can be listened on right now. */
export async function isTcpPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
