import { cpSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type BenchRecording, type BenchServer, pair, startBenchServer } from '../bench-server.ts';
import { Child } from '../child.ts';
import { writeMeeting } from '../meeting.ts';
import type { Row } from '../row.ts';

interface BenchRender {
  readonly id: string;
  readonly state: string;
  readonly error: { readonly detail: string } | null;
}

/** An hour rendered again with another layout, through the server: queue, free renderers, joining, delivery. */
export const rerenderRow: Row = {
  id: 'rerender',
  title: 're-render of a 60-minute two-person recording through the server',
  async run({ folder, isQuick, log }) {
    const durationS = isQuick ? 120 : 3600;
    const server = await startBenchServer(folder);
    try {
      const { id } = await recordAnything(server);
      const { dir } = await writeMeeting(folder, { people: 2, durationS, width: 640, height: 360, fps: 15, bitrateKbps: 400 });
      // The recording stands for one of an hour ago: its log is exchanged for an hour's.
      rmSync(server.logOf(id), { recursive: true });
      cpSync(dir, server.logOf(id), { recursive: true });
      log('the log is in its place');
      const startMs = performance.now();
      const output = { type: 'composite', layout: { name: 'speaker' } };
      const render = await server.call<BenchRender>('POST', `/v1/recordings/${id}/renders`, { output });
      await untilRendered(server, `/v1/recordings/${id}/renders/${render.id}`);
      const wallS = (performance.now() - startMs) / 1000;
      return { speed: { value: durationS / wallS, unit: '× real time', limit: { atLeast: 4 }, facts: { minutes: durationS / 60, wallS } } };
    } finally {
      await server.stop();
    }
  },
};

async function recordAnything(server: BenchServer): Promise<BenchRecording> {
  const sent = { room: 'bench', count: 1, width: 320, height: 180, fps: 15, bitrateKbps: 200 };
  const publisher = new Child<{ type: 'ready' }>('publish', { url: server.url.replace('http', 'ws'), ...pair, ...sent });
  try {
    await publisher.next();
    const { id } = await server.call<BenchRecording>('POST', '/v1/recordings', { room: 'bench' });
    while ((await server.call<BenchRecording>('GET', `/v1/recordings/${id}`)).state === 'starting') await delay(50);
    await server.call('POST', `/v1/recordings/${id}/stop`);
    return await server.untilCompleted(id);
  } finally {
    await publisher.end();
  }
}

async function untilRendered(server: BenchServer, path: string): Promise<void> {
  for (;;) {
    const { state, error } = await server.call<BenchRender>('GET', path);
    if (state === 'completed') return;
    if (state === 'failed') throw new Error(`The render failed: ${error?.detail ?? ''}`);
    await delay(250);
  }
}
