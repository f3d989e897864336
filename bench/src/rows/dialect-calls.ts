import { setTimeout as delay } from 'node:timers/promises';
import { type BenchServer, pair, startBenchServer } from '../bench-server.ts';
import { Child } from '../child.ts';
import { type DialectCalls, type SignedRequest, tencentCalls, volcengineCalls } from '../dialects/dialect-calls.ts';
import { KeepAliveClient } from '../dialects/keep-alive-client.ts';
import { cpuSecondsOf, descendantsNamed } from '../process-tree.ts';
import type { Row, RowResult } from '../row.ts';

const room = 'bench';
const connections = 16;
/** Calls whose signatures are of different seconds, made before the clock runs. */
const distinct = 200;

/** Signed calls for the state of a running recording, over connections that stay open: how many one core of the API's process answers. */
export const dialectCallsRow: Row = {
  id: 'dialect-calls',
  title: 'signed calls for a task that records, per core-second',
  async run({ folder, isQuick, log }) {
    const server = await startBenchServer(folder);
    const job = { url: server.url.replace('http', 'ws'), ...pair, room, count: 2, width: 320, height: 180, fps: 15, bitrateKbps: 200 };
    const publishers = new Child<{ type: 'ready' }>('publish', job);
    try {
      await publishers.next();
      const results: Record<string, RowResult> = {};
      for (const calls of [tencentCalls, volcengineCalls]) {
        const result = await measure(server, calls, isQuick ? 3 : 15);
        results[calls.name] = result;
        log(`${calls.readAction}: ${result.value.toFixed(0)} calls per core-second`);
      }
      return results;
    } finally {
      await publishers.end();
      await server.stop();
    }
  },
};

async function measure(server: BenchServer, calls: DialectCalls, durationS: number): Promise<RowResult> {
  const { host } = new URL(server.url);
  const client = new KeepAliveClient(host, connections);
  try {
    const task = calls.taskOf(await client.send(calls.start(host, room, 'calls')), 'calls');
    const now = Date.now();
    while (!calls.isRecording(await client.send(calls.read(host, room, task, now)))) await delay(20);
    const requests = Array.from({ length: distinct }, (_, second) => calls.read(host, room, task, now - (distinct / 2 - second) * 1000));
    const [api] = descendantsNamed(server.pid, 'role-main.ts api');
    if (api === undefined) throw new Error('The process of the API was not found.');
    await send(client, calls, requests, durationS * 200); // what is compiled once
    const database = descendantsNamed(server.pid, 'postgres');
    const before = { api: cpuSecondsOf([api]), database: cpuSecondsOf(database), ms: performance.now() };
    const count = await send(client, calls, requests, durationS * 1000);
    const wallS = (performance.now() - before.ms) / 1000;
    await client.send(calls.stop(host, room, task));
    return {
      value: count / (cpuSecondsOf([api]) - before.api),
      unit: 'calls/core-s',
      limit: { atLeast: 1000 },
      facts: {
        calls: count,
        perSecondOfWallClock: count / wallS,
        databaseCpuMsPerCall: (1000 * (cpuSecondsOf(database) - before.database)) / count,
      },
    };
  } finally {
    client.close();
  }
}

/** Sends for so long on all connections at once; returns how many calls were answered. */
async function send(client: KeepAliveClient, calls: DialectCalls, requests: readonly SignedRequest[], durationMs: number): Promise<number> {
  const untilMs = performance.now() + durationMs;
  let count = 0;
  const one = async (): Promise<void> => {
    while (performance.now() < untilMs) {
      const next = requests[count++ % requests.length];
      if (next !== undefined && !calls.isRecording(await client.send(next))) throw new Error('The recording has ended.');
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  return count;
}
