import { type ApiOptions, buildApi } from '@tapedeck/api';
import { openCatalogue } from '@tapedeck/catalogue';
import { AggregatorRegistry, collectDefaultMetrics, Registry } from 'prom-client';
import { DiskFullError, ServerStoppingError } from '../errors.ts';
import { freeBytes } from '../recorder/free-disk.ts';
import type { NodeStatus } from '../supervisor/messages.ts';
import { filesPort } from './api-files.ts';
import { livekitPort } from './api-livekit.ts';
import { serveConsole } from './console-files.ts';
import { listenPatiently } from './listen.ts';
import { createMediaProxy } from './media-proxy.ts';
import type { RoleContext, RunningRole } from './role.ts';

interface ApiState {
  status: NodeStatus;
  /** Metrics of the other processes, as they last told. */
  snapshots: readonly unknown[];
}

/** Serves the native API, the signed files, the console and, proxied, the LiveKit server on one port. */
export async function startApiRole(role: RoleContext): Promise<RunningRole> {
  const { runtime, log } = role;
  const { config } = runtime;
  const state: ApiState = { status: { isStopping: false, media: true, recorder: false }, snapshots: [] };
  const catalogue = await openCatalogue({ url: runtime.databaseUrl, masterKey: Buffer.from(runtime.masterKey, 'hex'), log });
  const app = await buildApi({
    catalogue,
    livekit: livekitPort(runtime),
    files: filesPort(runtime),
    readiness: () => readiness(role, state),
    metrics: metricsText(state),
    admit: () => admit(role, state),
    ...(config.publicUrl !== null && { publicUrl: config.publicUrl }),
    register: serveConsole,
    log: log as NonNullable<ApiOptions['log']>,
  });
  const proxy = createMediaProxy(runtime.livekit.url);
  proxy.attach(app.server);
  const port = await listenPatiently(app, config.host, role.port);
  role.send({ type: 'ready', port });
  const close = async (): Promise<void> => {
    proxy.close();
    await app.close();
    await catalogue.close().catch(() => undefined);
  };
  return {
    handle: (message) => {
      if (message.type === 'node') state.status = message.status;
      if (message.type === 'metrics') state.snapshots = message.snapshots;
    },
    stop: close,
    orphaned: async () => undefined,
  };
}

async function readiness({ runtime }: RoleContext, { status }: ApiState): Promise<Record<string, string>> {
  const { dataDir, minFreeBytes } = runtime.config;
  const free = await freeBytes(dataDir);
  return {
    server: status.isStopping ? 'is stopping' : 'ok',
    livekit: status.media ? 'ok' : 'does not run',
    recorder: status.recorder ? 'ok' : 'does not run',
    disk: free >= minFreeBytes ? 'ok' : `${free} bytes free, ${minFreeBytes} are kept in reserve`,
  };
}

async function admit({ runtime }: RoleContext, { status }: ApiState): Promise<void> {
  if (status.isStopping) throw new ServerStoppingError();
  const { dataDir, minFreeBytes } = runtime.config;
  const free = await freeBytes(dataDir);
  if (free < minFreeBytes) throw new DiskFullError(free, minFreeBytes);
}

function metricsText(state: ApiState): () => Promise<string> {
  const own = new Registry();
  collectDefaultMetrics({ register: own, prefix: 'tapedeck_api_' });
  return async () => {
    const others = AggregatorRegistry.aggregate([...state.snapshots] as object[]);
    return `${await own.metrics()}\n${await others.metrics()}`;
  };
}
