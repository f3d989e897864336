import { mkdirSync } from 'node:fs';
import type { Config, Role } from '../config/config.ts';
import { type Credentials, firstCredentials, masterKey } from '../config/credentials.ts';
import type { Logger } from '../log/logger.ts';
import { lockDataDir } from '../process/data-lock.ts';
import { urlHost } from '../roles/listen.ts';
import { CommandError, ListenError } from '../errors.ts';
import { chooseApiPort } from './api-port.ts';
import { prepareCatalogue, startDatabase } from './database.ts';
import { startMediaServer } from './media-server.ts';
import type { FromRole, NodeStatus, Runtime, ToRole } from './messages.ts';
import { type OrphanWatch, watchOrphans } from './orphans.ts';
import { type RecorderSlot, startRecorderSlot } from './recorder-slot.ts';
import { requirePort } from './require-port.ts';
import { type RoleSlot, startRoleSlot } from './role-slot.ts';
import { type WatchedService, watchService } from './watched-service.ts';

/** A running node: the services and one process per role, each started again when it dies. */
export interface Supervisor {
  /** `http://host:port` of the API; null without the role `api`. */
  readonly url: string | null;
  readonly credentials: Credentials;
  /** Process ids by role, for tests and for `doctor`. */
  readonly pids: Readonly<Record<string, number>>;
  /** Recordings are sealed, rendered and delivered within the grace; then every child ends. Idempotent. */
  stop(): Promise<void>;
}

interface Parts {
  readonly config: Config;
  readonly log: Logger;
  readonly credentials: Credentials;
  readonly services: WatchedService[];
  readonly slots: Map<Role, RoleSlot>;
  recorders: RecorderSlot | null;
  orphans: OrphanWatch | null;
  isStopping: boolean;
  port: number;
  readonly metrics: Map<string, unknown>;
}

/**
 * Starts a node on its data directory and resolves when it can record. What an earlier supervisor left running is adopted or stopped.
 *
 * @throws {DataDirLockedError} DATA_DIR_LOCKED · {@link ListenError} LISTEN_FAILED · errors of the services.
 */
export async function startSupervisor(config: Config, log: Logger): Promise<Supervisor> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o755 });
  const lock = lockDataDir(config.dataDir);
  const parts: Parts = {
    ...{ config, log, credentials: firstCredentials(config), services: [], slots: new Map(), metrics: new Map() },
    ...{ recorders: null, orphans: null, isStopping: false, port: config.port },
  };
  let stopped: Promise<void> | null = null;
  const stop = (): Promise<void> => (stopped ??= stopNode(parts).finally(() => lock.release()));
  try {
    if (config.roles.includes('api') && config.port !== 0) await requirePort(config.host, config.port, lock.tookOver ? 10_000 : 700);
    await startNode(parts);
  } catch (error) {
    parts.isStopping = true;
    await stop();
    throw error;
  }
  return {
    url: config.roles.includes('api') ? `http://${urlHost(config.host)}:${parts.port}` : null,
    credentials: parts.credentials,
    get pids() {
      const pids = [...parts.slots].map(([role, slot]): [string, number] => [role, slot.pid]);
      return Object.fromEntries(parts.recorders === null ? pids : [...pids, ['recorder', parts.recorders.pid]]);
    },
    stop,
  };
}

async function startNode(parts: Parts): Promise<void> {
  const { config } = parts;
  if (config.port === 0 && config.roles.includes('api')) parts.port = await chooseApiPort(config.dataDir, config.host);
  const runtime = Promise.withResolvers<Runtime>();
  runtime.promise.catch(() => undefined); // reported by the await below
  const ready = startRoles(parts, runtime.promise);
  try {
    runtime.resolve(await startServices(parts));
  } catch (error) {
    runtime.reject(error);
    throw error;
  }
  await ready;
  parts.log.info({ roles: config.roles, dataDir: config.dataDir, port: parts.port }, 'node ready');
}

async function startServices(parts: Parts): Promise<Runtime> {
  const { config, log, credentials } = parts;
  const key = masterKey(config.dataDir);
  const watch = async (name: string, start: () => ReturnType<typeof startDatabase>): Promise<WatchedService> => {
    const service = await watchService(name, start, log);
    parts.services.push(service);
    return service;
  };
  const [database, media] = await Promise.all([
    config.databaseUrl ?? watch('postgres', () => startDatabase(config.dataDir, log)).then((service) => service.url),
    config.livekit.url ??
      (config.roles.includes('media')
        ? watch('livekit', () => startMediaServer(config, credentials, webhookUrl(parts), log)).then((service) => service.url)
        : ''),
  ]);
  await prepareCatalogue(database, key, credentials, log);
  const livekit = { url: media, key: config.livekit.key ?? credentials.key, secret: config.livekit.secret ?? credentials.secret };
  return {
    config,
    databaseUrl: database,
    livekit,
    credentials: { key: credentials.key, secret: credentials.secret },
    masterKey: key.toString('hex'),
  };
}

/** Where our LiveKit server sends its webhooks; null: nowhere. */
function webhookUrl({ config, port }: Parts): string | null {
  if (!config.livekit.webhooks || !config.roles.includes('api') || port === 0) return null;
  return `http://${urlHost(config.host)}:${port}/v1/livekit/webhook`;
}

/** Starts the processes before their services are there (loading modules takes as long) and resolves when all are ready. */
async function startRoles(parts: Parts, runtime: Promise<Runtime>): Promise<void> {
  const { config, log } = parts;
  const waits: Promise<void>[] = [];
  const configure = async (owner: string): Promise<ToRole> => ({ type: 'configure', runtime: await runtime, owner, port: parts.port });
  const waitReady = (role: string): ((message: FromRole) => void) => {
    const gate = Promise.withResolvers<undefined>();
    waits.push(gate.promise);
    return (message) => {
      if (message.type === 'ready') gate.resolve(undefined);
      if (message.type === 'ready' && message.port !== undefined) parts.port = message.port;
      if (message.type === 'failed') gate.reject(failure(config, message));
      if (message.type === 'metrics') keepMetrics(parts, role, message.snapshot);
    };
  };
  for (const role of ['api', 'renderer'] as const) {
    if (!config.roles.includes(role)) continue;
    const options = {
      role,
      logLevel: config.logLevel,
      log,
      configure: () => configure(role),
      onMessage: waitReady(role),
      onChange: () => tellStatus(parts),
    };
    parts.slots.set(role, startRoleSlot(options));
  }
  if (config.roles.includes('recorder')) {
    parts.orphans = watchOrphans(config.dataDir, log, (owner) => parts.recorders?.ownerDied(owner));
    const { deadOwners } = parts.orphans;
    const options = {
      hasStandby: config.recorder.standby,
      logLevel: config.logLevel,
      log,
      deadOwners,
      configure,
      onMessage: waitReady('recorder'),
    };
    parts.recorders = startRecorderSlot({ ...options, onChange: () => tellStatus(parts) });
  }
  await Promise.all(waits);
  tellStatus(parts);
}

function failure(config: Config, message: { readonly code: string; readonly message: string }): Error {
  if (message.code === 'LISTEN_FAILED') return new ListenError(config.host, config.port, { cause: new Error(message.message) });
  return new CommandError(message.message);
}

function keepMetrics(parts: Parts, role: string, snapshot: unknown): void {
  parts.metrics.set(role, snapshot);
  parts.slots
    .get('api')
    ?.send({ type: 'metrics', snapshots: [...parts.metrics].filter(([name]) => name !== 'api').map(([, value]) => value) });
}

function tellStatus(parts: Parts): void {
  const { isReady: recorder = false, standbys = 0 } = parts.recorders ?? {};
  const status: NodeStatus = { isStopping: parts.isStopping, recorder, standbys };
  parts.slots.get('api')?.send({ type: 'node', status });
}

/** The recorder first (the API still answers while recordings finish), the services last. */
async function stopNode(parts: Parts): Promise<void> {
  parts.isStopping = true;
  tellStatus(parts);
  const graceMs = parts.config.stopGraceS * 1000;
  await Promise.all([parts.recorders?.stop(graceMs), parts.orphans?.stop(graceMs)]);
  await Promise.all([...parts.slots.values()].map((slot) => slot.stop(5_000)));
  await Promise.all(parts.services.map((service) => service.stop()));
  parts.log.info({}, 'node stopped');
}
