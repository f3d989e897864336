import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bootId, processArguments, processStartTicks } from './process-identity.ts';

/** What is kept beside a running server so that a later supervisor finds it. Holds no secret: the configuration is only hashed. */
export interface ServerPidFile {
  readonly pid: number;
  readonly startTicks: string | null;
  readonly bootId: string;
  readonly binary: string;
  readonly bindAddress: string;
  readonly port: number;
  readonly rtcTcpPort: number;
  readonly rtcUdpPort: number;
  readonly nodeIp: string;
  /** SHA-256 of the configuration file. */
  readonly configHash: string;
}

const fileIn = (dataDir: string): string => join(dataDir, 'livekit.pid.json');

/** Replaces the pid file in one step. */
export async function writePidFile(dataDir: string, content: ServerPidFile): Promise<void> {
  const path = fileIn(dataDir);
  await writeFile(`${path}.new`, JSON.stringify(content), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** The pid file, or null when there is none or it cannot be read as one. */
export async function readPidFile(dataDir: string): Promise<ServerPidFile | null> {
  try {
    const parsed = JSON.parse(await readFile(fileIn(dataDir), 'utf8')) as Partial<ServerPidFile>;
    return typeof parsed.pid === 'number' && typeof parsed.port === 'number' ? (parsed as ServerPidFile) : null;
  } catch {
    return null;
  }
}

/** Forgets the server. */
export async function removePidFile(dataDir: string): Promise<void> {
  await rm(fileIn(dataDir), { force: true });
}

/** Whether the process that wrote this file's data is still the one running under its pid. */
export async function isSameProcess(file: ServerPidFile): Promise<boolean> {
  if (file.bootId !== (await bootId())) return false;
  const startTicks = await processStartTicks(file.pid);
  return startTicks !== null && startTicks === file.startTicks && (await processArguments(file.pid)).includes(file.binary);
}
