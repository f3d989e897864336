import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LiveKitStartError } from '../errors.ts';
import { silentLog } from '../log.ts';
import type { Log } from '../log.ts';
import type { KeyPair } from '../tokens.ts';
import { freeTcpPort, freeUdpPort, isTcpPortFree } from './free-port.ts';
import { isSameProcess, readPidFile, removePidFile, writePidFile } from './pid-file.ts';
import type { ServerPidFile } from './pid-file.ts';
import { bootId, processStartTicks } from './process-identity.ts';
import { renderServerConfig } from './server-config.ts';

/** A LiveKit server process, started by us or adopted from an earlier supervisor. */
export interface LiveKitServer {
  /** `ws://host:port` for participants; reachable from this machine. */
  readonly url: string;
  readonly pid: number;
  readonly port: number;
  readonly rtcTcpPort: number;
  readonly rtcUdpPort: number;
  readonly isAdopted: boolean;
  /** SHA-256 of the configuration it runs with. */
  readonly configHash: string;
  /** Resolves when the process has gone, whoever ended it. Never rejects. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** SIGTERM (participants are sent away), then SIGKILL after `graceMs` (default 5000). Resolves when it has gone and the pid file is removed. Idempotent. */
  stop(graceMs?: number): Promise<void>;
}

/** How {@link startLiveKitServer} starts one. Ports left out are picked free and remembered in `dataDir`. */
export interface StartOptions {
  readonly binary: string;
  /** Holds the configuration file (0600), the log and the pid file; made when missing. */
  readonly dataDir: string;
  readonly keys: readonly KeyPair[];
  /** Default 127.0.0.1. */
  readonly bindAddress?: string;
  readonly port?: number;
  readonly rtcTcpPort?: number;
  readonly rtcUdpPort?: number;
  /** Address put into ICE candidates; default 127.0.0.1. */
  readonly nodeIp?: string;
  readonly webhookUrl?: string;
  /** `host:port`. */
  readonly redis?: string;
  /** Default 15 s. */
  readonly readyTimeoutMs?: number;
  readonly log?: Log;
}

/**
 * Starts a LiveKit server in its own process group and resolves when it answers over HTTP. The process outlives this one until it is stopped:
 * a later supervisor finds it with {@link adoptLiveKitServer}.
 *
 * @throws {LiveKitStartError} LIVEKIT_START_FAILED when it exits or does not answer in time; the message ends with its last log lines.
 */
export async function startLiveKitServer(options: StartOptions): Promise<LiveKitServer> {
  const log = options.log ?? silentLog;
  await mkdir(options.dataDir, { recursive: true });
  const bindAddress = options.bindAddress ?? '127.0.0.1';
  const ports = await choosePorts(options, bindAddress);
  const nodeIp = options.nodeIp ?? '127.0.0.1';
  const config = renderServerConfig({ ...options, ...ports, bindAddress, nodeIp });
  const configPath = join(options.dataDir, 'livekit.yaml');
  await writeFile(configPath, config, { mode: 0o600 });
  await chmod(configPath, 0o600);
  const logPath = join(options.dataDir, 'livekit.log');
  const logFile = await open(logPath, 'a', 0o600);
  const child = spawn(options.binary, ['--config', configPath], { detached: true, stdio: ['ignore', logFile.fd, logFile.fd] });
  const exited = whenChildExits(child);
  await logFile.close();
  child.unref();
  const pid = child.pid;
  if (pid === undefined) throw new LiveKitStartError(`${options.binary} cannot be executed: ${(await exited).signal}.`);
  const file: ServerPidFile = {
    ...{ pid, startTicks: await processStartTicks(pid), bootId: await bootId(), binary: options.binary },
    ...{ ...ports, bindAddress, nodeIp, configHash: createHash('sha256').update(config).digest('hex') },
  };
  await writePidFile(options.dataDir, file);
  const server = serverOf(file, options.dataDir, exited, child);
  if (!(await answersWithin(file, options.readyTimeoutMs ?? 15_000, exited))) {
    await server.stop(0);
    const tail = (await readFile(logPath, 'utf8').catch(() => '')).split('\n').slice(-6).join('\n');
    throw new LiveKitStartError(`The LiveKit server (${options.binary}) did not become ready. Its log ends with:\n${tail}`);
  }
  log.info({ pid, url: server.url, binary: options.binary }, 'LiveKit server started');
  return server;
}

/**
 * The server that an earlier process started in `dataDir`, when it is provably the same process and answers; else null (and a stale pid file is removed).
 */
export async function adoptLiveKitServer(dataDir: string, log: Log = silentLog): Promise<LiveKitServer | null> {
  const file = await readPidFile(dataDir);
  if (file === null) return null;
  if (!(await isSameProcess(file))) {
    await removePidFile(dataDir);
    return null;
  }
  const server = serverOf(file, dataDir, whenProcessGoes(file, false), null);
  if (!(await answersWithin(file, 2000, server.exited))) {
    log.warn({ pid: file.pid }, 'stale LiveKit server does not answer, stopping it');
    await server.stop();
    return null;
  }
  log.info({ pid: file.pid, url: server.url }, 'LiveKit server adopted');
  return server;
}

async function choosePorts(options: StartOptions, bindAddress: string): Promise<{ port: number; rtcTcpPort: number; rtcUdpPort: number }> {
  const path = join(options.dataDir, 'livekit.ports.json');
  const remembered = await readFile(path, 'utf8')
    .then((text) => JSON.parse(text) as { port?: number; rtcTcpPort?: number; rtcUdpPort?: number })
    .catch(() => ({}) as { port?: number; rtcTcpPort?: number; rtcUdpPort?: number });
  const tcp = async (wanted: number | undefined, known: number | undefined): Promise<number> =>
    wanted ?? (known !== undefined && (await isTcpPortFree(known, bindAddress)) ? known : await freeTcpPort(bindAddress));
  const chosen = {
    port: await tcp(options.port, remembered.port),
    rtcTcpPort: await tcp(options.rtcTcpPort, remembered.rtcTcpPort),
    rtcUdpPort: options.rtcUdpPort ?? (await freeUdpPort(remembered.rtcUdpPort)),
  };
  await writeFile(path, JSON.stringify(chosen), { mode: 0o600 });
  return chosen;
}

async function answersWithin(file: ServerPidFile, timeoutMs: number, exited: Promise<unknown>): Promise<boolean> {
  const host = localHost(file.bindAddress);
  const deadline = Date.now() + timeoutMs;
  let hasExited = false;
  void exited.then(() => (hasExited = true));
  while (!hasExited && Date.now() < deadline) {
    const answer = await fetch(`http://${host}:${file.port}/`, { signal: AbortSignal.timeout(1000) }).catch(() => null);
    if (answer?.ok) return true;
    await delay(25); // polling another process: it has no event to wait for
  }
  return false;
}

function localHost(bindAddress: string): string {
  if (bindAddress === '' || bindAddress === '0.0.0.0') return '127.0.0.1';
  if (bindAddress === '::') return '[::1]';
  return bindAddress.includes(':') ? `[${bindAddress}]` : bindAddress;
}

function whenChildExits(child: ChildProcess): LiveKitServer['exited'] {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', (error) => resolve({ code: null, signal: error.message }));
  });
}

async function whenProcessGoes(file: ServerPidFile, ref: boolean): LiveKitServer['exited'] {
  while (await isSameProcess(file)) await delay(250, undefined, { ref }); // not our child: no exit event
  return { code: null, signal: null };
}

function serverOf(file: ServerPidFile, dataDir: string, exited: LiveKitServer['exited'], child: ChildProcess | null): LiveKitServer {
  let stopping: Promise<void> | null = null;
  const stop = async (graceMs: number): Promise<void> => {
    const timer = setTimeout(() => signalProcess(file.pid, 'SIGKILL'), graceMs);
    // The first SIGTERM waits for every participant to leave; a second one sends them away.
    const second = setTimeout(() => signalProcess(file.pid, 'SIGTERM'), Math.min(100, graceMs));
    child?.ref(); // else waiting for its end would not keep this process alive
    if (child !== null || (await isSameProcess(file))) signalProcess(file.pid, 'SIGTERM');
    await (child === null ? whenProcessGoes(file, true) : exited);
    clearTimeout(timer);
    clearTimeout(second);
    await removePidFile(dataDir);
  };
  return {
    ...{ pid: file.pid, port: file.port, rtcTcpPort: file.rtcTcpPort, rtcUdpPort: file.rtcUdpPort, isAdopted: child === null, exited },
    url: `ws://${localHost(file.bindAddress)}:${file.port}`,
    configHash: file.configHash,
    stop: (graceMs = 5000) => (stopping ??= stop(graceMs)),
  };
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Already gone: what was wanted.
  }
}
