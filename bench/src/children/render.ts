// Renders one log with one plan: the process whose CPU and memory are measured. Job: {recordingDir, outDir, plan, follow, share?, encoderThreads?}.
// Messages: {type: 'progress', renderedMs, logMs, rssMb} about once a second; {type: 'done', cpuS, wallS, peakMb}.
import { flushCompileCache } from 'node:module';
import { renderLog, type RenderPlan, type RenderShare } from '@tapedeck/render';

interface Job {
  readonly recordingDir: string;
  readonly outDir: string;
  readonly plan: RenderPlan;
  readonly follow: boolean;
  /** One of several processes at work on the same output. */
  readonly share?: RenderShare;
  readonly encoderThreads?: number;
}

const { recordingDir, outDir, plan, follow, share, encoderThreads } = JSON.parse(process.argv[2] ?? '{}') as Job;
process.on('disconnect', () => process.exit(1));
const startMs = performance.now();
const cpuAtStart = process.cpuUsage();
let toldMs = 0;
await renderLog(recordingDir, plan, outDir, {
  follow,
  ...(share && { share }),
  ...(encoderThreads !== undefined && { encoderThreads }),
  onProgress: ({ renderedMs, logMs }) => {
    if (performance.now() - toldMs < 250) return;
    toldMs = performance.now();
    process.send?.({ type: 'progress', renderedMs, logMs, rssMb: process.memoryUsage.rss() / 2 ** 20 });
  },
});
const { user, system } = process.cpuUsage(cpuAtStart);
const peakMb = process.resourceUsage().maxRSS / 1024;
flushCompileCache(); // whoever waits kills this process at once
process.send?.({
  type: 'done',
  cpuS: (user + system) / 1e6,
  wallS: (performance.now() - startMs) / 1000,
  peakMb,
});
process.disconnect();
