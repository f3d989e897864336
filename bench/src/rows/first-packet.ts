import { monotonicUs } from '@tapedeck/rtplog';
import { firstPacketOnDisk } from '@tapedeck/testkit';
import { type BenchServer, pair, startBenchServer } from '../bench-server.ts';
import { Child } from '../child.ts';
import type { Row } from '../row.ts';

/** From the request until the log reader finds the first packet on disk, through the whole server, with somebody sending in the room. */
export const firstPacketRow: Row = {
  id: 'first-packet',
  title: 'request → first packet on disk, p95',
  async run({ folder, isQuick, log }) {
    const times: number[] = [];
    const server = await startBenchServer(folder);
    try {
      for (let round = 0; round < (isQuick ? 3 : 20); round++) {
        const room = `bench-${round}`;
        const job = { url: server.url.replace('http', 'ws'), ...pair, room, count: 1, width: 320, height: 180, fps: 15, bitrateKbps: 200 };
        const publisher = new Child<{ type: 'ready' }>('publish', job);
        await publisher.next();
        times.push(await measure(server, room));
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
        limit: { atMost: 300 },
        peers: [{ name: 'LiveKit Egress 1.14', value: 740, note: 'measured on another 2-core machine' }],
        facts: { rounds: sorted.length, medianMs: at(0.5), worstMs: at(1) },
      },
    };
  },
};

async function measure(server: BenchServer, room: string): Promise<number> {
  const askedUs = monotonicUs();
  const { id } = await server.call<{ id: string }>('POST', '/v1/recordings', { room });
  const tookMs = ((await firstPacketOnDisk(server.logOf(id))) - askedUs) / 1000;
  await server.call('POST', `/v1/recordings/${id}/stop`);
  await server.untilCompleted(id);
  return tookMs;
}
