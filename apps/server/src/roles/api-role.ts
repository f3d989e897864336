import { type ApiOptions, buildApi } from '@tapedeck/api';
import { type Catalogue, openCatalogue } from '@tapedeck/catalogue';
import { createOutgoingGuard } from '@tapedeck/delivery';
import { doesAnswer, readWebhook, viewRooms } from '@tapedeck/livekit';
import { AggregatorRegistry, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { createAutoRecorder } from '../auto-record/auto-recorder.ts';
import { ServerStoppingError } from '../errors.ts';
import { freeBytes, refuseFullDisk } from '../recorder/free-disk.ts';
import { evidencePort } from '../evidence/evidence-port.ts';
import { openStorages } from '../storages/open-storages.ts';
import type { NodeStatus } from '../supervisor/messages.ts';
import { takeRoomWebhook } from '../callbacks/take-room-webhook.ts';
import { sendCallbacks } from './api-callbacks.ts';
import { answerDialects, dialectCallbacks, serveDialects } from './api-dialects.ts';
import { filesPort } from './api-files.ts';
import { livekitPort } from './api-livekit.ts';
import { serveConsole } from './console-files.ts';
import { listenPatiently, urlHost } from './listen.ts';
import { sendWebhooks } from './api-webhooks.ts';
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
  const state: ApiState = { status: { isStopping: false, recorder: false, standbys: 0 }, snapshots: [] };
  const catalogue = await openCatalogue({ url: runtime.databaseUrl, masterKey: Buffer.from(runtime.masterKey, 'hex'), log });
  const guard = createOutgoingGuard(config.outgoing.allowPrivate);
  const storages = openStorages(runtime, catalogue);
  const files = filesPort(runtime, storages);
  const app = await buildApi({
    catalogue,
    livekit: livekitPort(runtime),
    files,
    storages,
    evidence: evidencePort(config.dataDir),
    outgoing: guard,
    readiness: () => readiness(role, state),
    metrics: metricsText(state),
    admit: () => admit(role, state),
    livekitWebhook: takeWebhooks(role, state, catalogue),
    ...(config.publicUrl !== null && { publicUrl: config.publicUrl }),
    register: serveDialects(answerDialects({ runtime, catalogue, files, guard, admit: () => admit(role, state), log }), serveConsole),
    log: log as NonNullable<ApiOptions['log']>,
  });
  const proxy = createMediaProxy(runtime.livekit.url);
  proxy.attach(app.server);
  const port = await listenPatiently(app, config.host, role.port, config.port === 0);
  const origin = config.publicUrl ?? `http://${urlHost(config.host)}:${port}`;
  const stopWebhooks = await sendWebhooks({ catalogue, guard, files, origin, log });
  const stopCallbacks = await sendCallbacks({ catalogue, dialects: dialectCallbacks, guard, files, origin, log });
  role.send({ type: 'ready', port });
  const close = async (): Promise<void> => {
    proxy.close();
    await Promise.all([app.close(), stopWebhooks(), stopCallbacks()]);
    storages.close();
    guard.close();
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

/** What happens in rooms is told to applications in their vendors' words; a track that somebody publishes may be what a template waits for. */
function takeWebhooks(role: RoleContext, state: ApiState, catalogue: Catalogue): NonNullable<ApiOptions['livekitWebhook']> {
  const { livekit } = role.runtime;
  const rooms = viewRooms(livekit.url, livekit);
  const autoRecorder = createAutoRecorder({ catalogue, rooms, admit: () => admit(role, state), log: role.log });
  return async (body, authorization) => {
    const webhook = await readWebhook(livekit, body, authorization);
    await takeRoomWebhook(webhook, { catalogue, dialects: dialectCallbacks, log: role.log });
    const { event, room, track } = webhook;
    if (event === 'track_published' && room !== '') await autoRecorder.look(room, track?.sid ?? '');
  };
}

async function readiness({ runtime }: RoleContext, { status }: ApiState): Promise<Record<string, string>> {
  const { dataDir, minFreeBytes } = runtime.config;
  const [free, hasMedia] = await Promise.all([freeBytes(dataDir), doesAnswer(runtime.livekit.url)]);
  return {
    server: status.isStopping ? 'is stopping' : 'ok',
    livekit: hasMedia ? 'ok' : 'does not answer',
    recorder: status.recorder ? 'ok' : 'does not run',
    disk: free >= minFreeBytes ? 'ok' : `${free} bytes free, ${minFreeBytes} are kept in reserve`,
  };
}

async function admit({ runtime }: RoleContext, { status }: ApiState): Promise<void> {
  if (status.isStopping) throw new ServerStoppingError();
  await refuseFullDisk(runtime.config);
}

function metricsText(state: ApiState): () => Promise<string> {
  const own = new Registry();
  collectDefaultMetrics({ register: own, prefix: 'tapedeck_api_' });
  new Gauge({
    name: 'tapedeck_recorder_standbys',
    help: 'Recorder processes that could take over this moment',
    registers: [own],
    collect() {
      this.set(state.status.standbys);
    },
  });
  return async () => {
    const others = AggregatorRegistry.aggregate([...state.snapshots] as object[]);
    return `${await own.metrics()}\n${await others.metrics()}`;
  };
}
