import { setTimeout as delay } from 'node:timers/promises';
import { type BenchServer, pair, startBenchServer } from '../bench-server.ts';
import { Child } from '../child.ts';
import { type DialectCalls, tencentCalls, volcengineCalls } from '../dialects/dialect-calls.ts';
import { KeepAliveClient } from '../dialects/keep-alive-client.ts';
import type { Row, RowResult } from '../row.ts';

const room = 'bench';

/** From a vendor's call that starts a recording until that vendor's API says that it records, with two people sending in the room. */
export const dialectStartRow: Row = {
  id: 'dialect-start',
  title: 'create → recording through a vendor’s API, p95',
  async run({ folder, isQuick, log }) {
    const server = await startBenchServer(folder);
    const job = { url: server.url.replace('http', 'ws'), ...pair, room, count: 2, width: 320, height: 180, fps: 15, bitrateKbps: 200 };
    const publishers = new Child<{ type: 'ready' }>('publish', job);
    try {
      await publishers.next();
      const results: Record<string, RowResult> = {};
      for (const calls of [tencentCalls, volcengineCalls]) {
        const times: number[] = [];
        for (let round = 0; round < (isQuick ? 3 : 25); round++) times.push(await measure(server, calls, `task-${round}`));
        results[calls.name] = resultOf(times);
        log(`${calls.name}: ${times.map((time) => time.toFixed(0)).join(' ')}`);
      }
      return results;
    } finally {
      await publishers.end();
      await server.stop();
    }
  },
};

/** How often the task is asked for: it can be seen so much later than it came to be. */
const pollMs = 5;

async function measure(server: BenchServer, calls: DialectCalls, name: string): Promise<number> {
  const { host } = new URL(server.url);
  const client = new KeepAliveClient(host, 1);
  try {
    const askedMs = performance.now();
    const task = calls.taskOf(await client.send(calls.start(host, room, name)), name);
    while (!calls.isRecording(await client.send(calls.read(host, room, task, Date.now())))) await delay(pollMs);
    const tookMs = performance.now() - askedMs;
    await client.send(calls.stop(host, room, task));
    const { items } = await server.call<{ items: readonly { id: string }[] }>('GET', '/v1/recordings?limit=1');
    await server.untilCompleted(items[0]?.id ?? '');
    return tookMs;
  } finally {
    client.close();
  }
}

function resultOf(times: readonly number[]): RowResult {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    value: at(0.95),
    unit: 'ms',
    limit: { atMost: 500 },
    facts: { rounds: sorted.length, medianMs: at(0.5), worstMs: at(1) },
  };
}
