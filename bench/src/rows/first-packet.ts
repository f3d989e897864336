import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Child } from '../child.ts';
import type { Row } from '../row.ts';

const entry = fileURLToPath(new URL('../../../scripts/tapedeck.mjs', import.meta.url));
const pair = { key: 'bench', secret: 'a-secret-that-is-long-enough-for-livekit' };
const POLL_MS = 5;

/** From the request to the first packet in a file, through the whole server, with somebody sending in the room. */
export const firstPacketRow: Row = {
  id: 'first-packet',
  title: 'request → first packet on disk, p95',
  async run({ folder, isQuick, log }) {
    const times: number[] = [];
    const server = await startServer(folder);
    try {
      for (let round = 0; round < (isQuick ? 3 : 20); round++) {
        const room = `bench-${round}`;
        const job = { url: server.url.replace('http', 'ws'), ...pair, room, count: 1, width: 320, height: 180, fps: 15, bitrateKbps: 200 };
        const publisher = new Child<{ type: 'ready' }>('publish', job);
        await publisher.next();
        times.push(await measure(server.url, folder, room));
        await publisher.end();
      }
    } finally {
      await server.stop();
    }
    const sorted = times.toSorted((a, b) => a - b);
    log(sorted.map((time) => time.toFixed(0)).join(' '));
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return {
      p95: {
        value: at(0.95),
        unit: 'ms',
        limit: { atMost: 500 },
        peers: [{ name: 'LiveKit Egress 1.14', value: 740, note: 'measured on another 2-core machine' }],
        facts: { rounds: sorted.length, medianMs: at(0.5), pollMs: POLL_MS },
      },
    };
  },
};

async function measure(url: string, folder: string, room: string): Promise<number> {
  const startMs = performance.now();
  const { id } = await call<{ id: string }>(url, 'POST', '/v1/recordings', { room });
  while (!hasPacket(join(folder, 'data', 'recordings', id))) await delay(POLL_MS);
  const tookMs = performance.now() - startMs;
  await call(url, 'POST', `/v1/recordings/${id}/stop`);
  for (;;) {
    const { state } = await call<{ state: string }>(url, 'GET', `/v1/recordings/${id}`);
    if (state === 'completed') return tookMs;
    if (state === 'failed' || state === 'aborted') throw new Error(`Recording ${id} ended as ${state}.`);
    await delay(100);
  }
}

/** True when a segment is longer than any header of one. */
function hasPacket(dir: string): boolean {
  try {
    return readdirSync(dir, { recursive: true, encoding: 'utf8' }).some(
      (name) => name.endsWith('.rtplog') && statSync(join(dir, name)).size > 4096,
    );
  } catch {
    return false; // not there yet
  }
}

async function call<Answer>(url: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const authorization = `Basic ${Buffer.from(`${pair.key}:${pair.secret}`).toString('base64')}`;
  const headers = { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const response = await fetch(new URL(path, url), { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

async function startServer(folder: string): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const own = { TAPEDECK_DATA_DIR: join(folder, 'data'), TAPEDECK_PORT: '0', TAPEDECK_KEY: pair.key, TAPEDECK_SECRET: pair.secret };
  const child = spawn(process.execPath, [entry, 'up'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...own, TAPEDECK_LOG_LEVEL: 'warn' },
  });
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const ready = /Tapedeck is ready: (\S+)/.exec(output);
      if (ready?.[1]) resolve(ready[1]);
    });
    child.on('exit', (code) => reject(new Error(`The server ended with ${code}.`)));
  });
  return {
    url,
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}
