import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { openCatalogue } from '@tapedeck/catalogue';
import { createOutgoingGuard } from '@tapedeck/delivery';
import { Counter, Registry } from 'prom-client';
import { renderPlace } from '../renderer/render-place.ts';
import { startRenderer } from '../renderer/renderer.ts';
import { openStorages } from '../storages/open-storages.ts';
import { sendMetrics } from './send-metrics.ts';
import type { RoleContext, RunningRole } from './role.ts';

const firstRetryMs = 1_000;

/** Renders sealed logs again: takes its share of every render that is asked for. */
export async function startRendererRole(role: RoleContext): Promise<RunningRole> {
  const { runtime, log } = role;
  const { dataDir, renderer: settings, delivery: rules } = runtime.config;
  const registry = new Registry();
  const renders = new Counter({
    name: 'tapedeck_offline_renders_total',
    help: 'Offline renders finished, by outcome.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const catalogue = await openCatalogue({ url: runtime.databaseUrl, masterKey: Buffer.from(runtime.masterKey, 'hex'), log });
  const storages = openStorages(runtime, catalogue);
  const guard = createOutgoingGuard(runtime.config.outgoing.allowPrivate);
  const renderer = await startRenderer({
    ...{ dataDir, catalogue, log, concurrency: settings.concurrency, metrics: { renders } },
    owner: `${hostname()}:${process.pid}:${randomUUID()}`,
    place: renderPlace(dataDir),
    storages,
    retry: { firstMs: firstRetryMs, longestMs: rules.retryMaxS * 1000, giveUpMs: rules.giveUpAfterS * 1000 },
    pictures: { guard, dir: runtime.config.pictures.dir },
  });
  const stopSending = sendMetrics(registry, role);
  role.send({ type: 'ready' });
  return {
    handle: () => undefined,
    stop: async (graceMs) => {
      stopSending();
      await Promise.race([renderer.stop(), delay(graceMs, undefined, { ref: false })]);
      storages.close();
      guard.close();
      await catalogue.close().catch(() => undefined);
    },
    orphaned: async () => undefined,
  };
}
