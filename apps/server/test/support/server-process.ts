import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ApiClient, createApiClient } from '../../src/cli/api-client.ts';
import { descendants, isAlive } from './process-tree.ts';

const entry = fileURLToPath(new URL('../../bin/tapedeck.mjs', import.meta.url));
export const testPair = { key: 'testkey', secret: 'testsecret-0123456789' };

/** `tapedeck up` as its users start it: a process of its own. */
export interface ServerProcess {
  readonly api: ApiClient;
  readonly url: string;
  readonly dataDir: string;
  readonly pid: number;
  /** What it wrote so far, standard output and error. */
  readonly output: string;
  /** Pids of its processes of a role; the recorder's standby is among them. */
  rolePids(role: 'api' | 'recorder' | 'renderer'): number[];
  /** The recorder that records (not the standby), as it wrote itself down. */
  recorderPid(): number | null;
  renderWorkerPids(): number[];
  /** Resolves with the exit code. */
  signal(name: NodeJS.Signals): Promise<number | null>;
}

/** Temporary folder that PostgreSQL's own user can reach too. */
export function makeDataDir(): string {
  return mkdtempSync(join(tmpdir(), 'tapedeck-node-'));
}

/** Resolves when it is ready; fails with its output when it ends before. */
export async function startServerProcess(dataDir: string, env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const child = spawnServer(['up'], dataDir, env);
  const seen = collect(child);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const ready = /Tapedeck is ready: (\S+)/.exec(seen.text)?.[1];
      if (ready !== undefined) resolve(ready);
    });
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${seen.text}`)));
  });
  const exited = once(child, 'exit');
  const pid = child.pid ?? 0;
  return {
    ...{ url, dataDir, pid, api: createApiClient(url, testPair) },
    get output() {
      return seen.text;
    },
    rolePids: (role) => descendants(pid, `role-main.ts ${role}`),
    recorderPid: () => recorderPid(dataDir),
    renderWorkerPids: () => recorderPids(dataDir).flatMap((recorder) => descendants(recorder, 'render/src/worker.ts')),
    signal: async (name) => {
      child.kill(name);
      const [code] = (await exited) as [number | null];
      return code;
    },
  };
}

/** Runs one command to its end. */
export async function runCommand(
  args: readonly string[],
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawnServer(args, dataDir, env);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Ends whatever still runs on a data directory and removes it. */
export async function cleanUp(dataDir: string, server: ServerProcess | null): Promise<void> {
  if (server !== null && isAlive(server.pid)) await server.signal('SIGTERM');
  for (const pid of recorderPids(dataDir)) process.kill(pid, 'SIGKILL');
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
}

function spawnServer(args: readonly string[], dataDir: string, env: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, [entry, ...args], {
    cwd: dataDir,
    env: {
      ...process.env,
      ...{ TAPEDECK_DATA_DIR: join(dataDir, 'data'), TAPEDECK_PORT: '0', TAPEDECK_KEY: testPair.key, TAPEDECK_SECRET: testPair.secret },
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function collect(child: ChildProcess): { text: string } {
  const seen = { text: '' };
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (seen.text += text));
  return seen;
}

function recorderPids(dataDir: string): number[] {
  const folder = join(dataDir, 'data', 'run');
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { identity: { pid: number } }).identity.pid)
      .filter(isAlive);
  } catch {
    return [];
  }
}

function recorderPid(dataDir: string): number | null {
  return recorderPids(dataDir)[0] ?? null;
}
