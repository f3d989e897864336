import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { adoptLiveKitServer, resolveLiveKitBinary, startLiveKitServer } from '@tapedeck/livekit';
import type { Config } from '../config/config.ts';
import type { Logger } from '../log/logger.ts';
import { findProcesses } from '../process/find-processes.ts';
import type { Service } from './watched-service.ts';

/**
 * The LiveKit server of a data directory: adopted when it still runs with what is wanted now, else started.
 *
 * @param webhookUrl Where it tells what happens in its rooms; null: nowhere.
 * @throws {TapedeckError} LIVEKIT_… when no binary can be found, fetched or built, or it does not start.
 */
export async function startMediaServer(
  config: Config,
  credentials: { key: string; secret: string },
  webhookUrl: string | null,
  log: Logger,
): Promise<Service> {
  const dataDir = join(config.dataDir, 'livekit');
  const wanted = fingerprint(config, credentials);
  const running = await adoptLiveKitServer(dataDir, log);
  if (running !== null) {
    if (readWanted(dataDir) === wanted) return running;
    log.info({ pid: running.pid }, 'LiveKit server runs with other settings, replacing it');
    await running.stop();
  }
  endStrays(join(dataDir, 'livekit.yaml'), log);
  const env = { ...process.env, ...(config.livekit.bin !== null && { TAPEDECK_LIVEKIT_BIN: config.livekit.bin }) };
  const binary = await resolveLiveKitBinary({ env, log });
  const server = await startLiveKitServer({
    binary: binary.path,
    dataDir,
    keys: [{ key: credentials.key, secret: credentials.secret }],
    nodeIp: config.livekit.nodeIp ?? nodeIpFor(config.host),
    ...(webhookUrl !== null && { webhookUrl }),
    ...(config.livekit.udpPort !== 0 && { rtcUdpPort: config.livekit.udpPort }),
    ...(config.livekit.tcpPort !== 0 && { rtcTcpPort: config.livekit.tcpPort }),
    log,
  });
  writeFileSync(join(dataDir, 'wanted.sha256'), wanted, { mode: 0o600 });
  return server;
}

/** A server whose starter was killed before it could write the pid file belongs to nobody: it would keep its ports for ever. */
function endStrays(configPath: string, log: Logger): void {
  for (const pid of findProcesses(configPath)) {
    log.warn({ pid }, 'stray LiveKit server found, stopping it');
    process.kill(pid, 'SIGKILL');
  }
}

/** Media goes to where signalling goes; a wildcard address is no destination, so the first outward address stands for it. */
function nodeIpFor(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host === 'localhost' ? '127.0.0.1' : host;
  const outward = Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.family === 'IPv4' && !address.internal);
  return outward?.address ?? '127.0.0.1';
}

/** Where its webhooks go is left out: a server that runs carries calls, and the poll finds what its webhooks do not tell until it is started again. */
function fingerprint(config: Config, credentials: { key: string; secret: string }): string {
  const { bin, nodeIp, udpPort, tcpPort } = config.livekit;
  return createHash('sha256')
    .update(JSON.stringify([config.host, bin, nodeIp, udpPort, tcpPort, credentials.key, credentials.secret]))
    .digest('hex');
}

function readWanted(dataDir: string): string | null {
  try {
    return readFileSync(join(dataDir, 'wanted.sha256'), 'utf8');
  } catch {
    return null;
  }
}
