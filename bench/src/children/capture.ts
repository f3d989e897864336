// Captures one room into a log: the process whose CPU is measured. Job: {url, key, secret, room, dir, warmUpMs, windowMs, tracks}.
// Message: {type: 'done', cpuS, wallS, packets, dropped, bytes, bytesReceived}.
import { setTimeout as delay } from 'node:timers/promises';
import { startCapture } from '@tapedeck/capture';
import { openLogWriter } from '@tapedeck/rtplog';

interface Job {
  readonly url: string;
  readonly key: string;
  readonly secret: string;
  readonly room: string;
  readonly dir: string;
  readonly warmUpMs: number;
  readonly windowMs: number;
}

const { url, key, secret, room, dir, warmUpMs, windowMs } = JSON.parse(process.argv[2] ?? '{}') as Job;
process.on('disconnect', () => process.exit(1));
const log = openLogWriter({ dir: `${dir}/e1`, recordingId: 'bench', epoch: 1 });
const capture = await startCapture({ log, url, auth: { key, secret }, room, recordingId: 'bench', epoch: 1 });
await delay(warmUpMs);
const before = { ...log.stats };
const cpu = process.cpuUsage();
const startMs = performance.now();
await delay(windowMs);
const { user, system } = process.cpuUsage(cpu);
const wallS = (performance.now() - startMs) / 1000;
const after = log.stats;
process.send?.({
  type: 'done',
  cpuS: (user + system) / 1e6,
  wallS,
  packets: after.packetsWritten - before.packetsWritten,
  bytes: after.bytesWritten - before.bytesWritten,
  dropped: after.packetsDropped,
  rssMb: process.memoryUsage.rss() / 2 ** 20,
});
await capture.stop('stopped');
await log.seal('stopped');
process.disconnect();
