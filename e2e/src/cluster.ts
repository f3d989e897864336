import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A LiveKit server as an operator runs it: on its own, with Redis, with its own key. */
export interface Cluster {
  readonly url: string;
  readonly key: string;
  readonly secret: string;
  stop(): Promise<void>;
}

/** Starts Redis (nothing kept on disk) and LiveKit; resolves when LiveKit answers. */
export async function startCluster(livekit: string, redis: string): Promise<Cluster> {
  const [redisPort, port, tcpPort, udpPort] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const pair = { key: 'cluster', secret: 'another-secret-that-is-long-enough-for-it' };
  const database = spawn(redis, ['--port', String(redisPort), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await untilSays(database, 'Ready to accept connections');
  const config = {
    ...{ port, bind_addresses: ['127.0.0.1'], keys: { [pair.key]: pair.secret }, logging: { level: 'warn' } },
    rtc: { tcp_port: tcpPort, udp_port: udpPort, node_ip: '127.0.0.1' },
    redis: { address: `127.0.0.1:${redisPort}` },
  };
  const sfu = spawn(livekit, ['--config-body', JSON.stringify(config)], { stdio: ['ignore', 'inherit', 'inherit'] }); // JSON is YAML
  while (sfu.exitCode === null && !(await answers(port))) await delay(50);
  if (sfu.exitCode !== null) throw new Error(`LiveKit ended with ${sfu.exitCode}.`);
  return {
    url: `ws://127.0.0.1:${port}`,
    ...pair,
    async stop() {
      await end(sfu);
      await end(database);
    },
  };
}

async function untilSays(child: ChildProcess, words: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes(words)) resolve();
    });
    child.on('exit', (code) => reject(new Error(`${child.spawnfile} ended with ${code}.`)));
  });
}

async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
