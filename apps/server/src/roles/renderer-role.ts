import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Catalogue, openCatalogue } from '@tapedeck/catalogue';
import { openLocalStorage } from '@tapedeck/delivery';
import { planRender } from '@tapedeck/render';
import { Counter, Registry } from 'prom-client';
import { deliverFiles } from '../recorder/deliver-files.ts';
import { paths } from '../recorder/paths.ts';
import { startRenderChild } from '../recorder/render-child.ts';
import { sendMetrics } from './send-metrics.ts';
import type { RoleContext, RunningRole } from './role.ts';

/** Renders sealed logs again, as the queue asks for it. */
export async function startRendererRole(role: RoleContext): Promise<RunningRole> {
  const { runtime, log } = role;
  const { dataDir } = runtime.config;
  const registry = new Registry();
  const renders = new Counter({
    name: 'tapedeck_offline_renders_total',
    help: 'Offline renders finished, by outcome.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const catalogue = await openCatalogue({ url: runtime.databaseUrl, masterKey: Buffer.from(runtime.masterKey, 'hex'), log });
  const storage = openLocalStorage(paths.storage(dataDir));

  const render = async (job: RenderJob, signal: AbortSignal): Promise<void> => {
    const recording = await catalogue.recordings.get(job.applicationId, job.recordingId);
    if (recording === null) return;
    const outDir = paths.render(dataDir, job.recordingId, `job-${job.id}`);
    const plan = planRender(job.output as Parameters<typeof planRender>[0], job.recordingId, 0);
    log.info({ recording: job.recordingId, job: job.id }, 'offline render started');
    const child = startRenderChild({ plan, recordingDir: paths.recording(dataDir, job.recordingId), outDir, follow: false, log, signal });
    await child.done;
    signal.throwIfAborted();
    const delivery = { recordingId: job.recordingId, prefix: `renders/${job.id}/`, outputIndex: 0, outDir };
    for (const row of await deliverFiles(delivery, storage, log, signal)) await catalogue.jobs.finishRenderFile(job, row);
    await rm(outDir, { recursive: true, force: true });
    log.info({ recording: job.recordingId, job: job.id }, 'offline render finished');
  };
  const stopWorking = await catalogue.jobs.workRenders(async (job, signal) => {
    try {
      await render(job, signal);
      renders.inc({ outcome: 'completed' });
    } catch (error) {
      renders.inc({ outcome: signal.aborted ? 'interrupted' : 'failed' });
      throw error;
    }
  });
  const stopSending = sendMetrics(registry, role);
  role.send({ type: 'ready' });
  return {
    handle: () => undefined,
    stop: async (graceMs) => {
      stopSending();
      await Promise.race([stopWorking(), delay(graceMs, undefined, { ref: false })]);
      await catalogue.close().catch(() => undefined);
    },
    orphaned: async () => undefined,
  };
}

type RenderJob = Parameters<Parameters<Catalogue['jobs']['workRenders']>[0]>[0];
