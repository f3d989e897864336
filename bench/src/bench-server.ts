import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../scripts/tapedeck.mjs', import.meta.url));

/** Key pair of the server's first application, of its LiveKit server too. */
export const pair = { key: 'bench', secret: 'a-secret-that-is-long-enough-for-livekit' };

/** A recording, as far as the rows look at it. */
export interface BenchRecording {
  readonly id: string;
  readonly state: string;
  readonly files: readonly { readonly key: string; readonly type: string; readonly format: string; readonly durationMs: number }[];
}

/** `tapedeck up` in a process of its own, with everything embedded. */
export interface BenchServer {
  readonly url: string;
  readonly pid: number;
  /** One call of the native API. @throws {Error} with the answer's text when it is no success. */
  call<Answer>(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Resolves with the recording when it is completed. @throws {Error} when it ends otherwise. */
  untilCompleted(id: string): Promise<BenchRecording>;
  /** Folder of a recording's log. */
  logOf(id: string): string;
  /** Path of a file in the server's own storage. */
  fileOf(key: string): string;
  stop(): Promise<void>;
}

/** Starts a server whose data stand in `folder/data`. The caller stops it. */
export async function startBenchServer(folder: string): Promise<BenchServer> {
  const dataDir = join(folder, 'data');
  const own = { TAPEDECK_DATA_DIR: dataDir, TAPEDECK_PORT: '0', TAPEDECK_KEY: pair.key, TAPEDECK_SECRET: pair.secret };
  const child = spawn(process.execPath, [entry, 'up'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...own, TAPEDECK_LOG_LEVEL: 'warn' },
  });
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const ready = /Tapedeck is ready: (\S+)/.exec(output);
      if (ready?.[1]) resolve(ready[1]);
    });
    child.on('exit', (code) => reject(new Error(`The server ended with ${code}.`)));
  });
  const call = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => await ask<Answer>(url, method, path, body);
  return {
    url,
    pid: child.pid ?? 0,
    call,
    async untilCompleted(id) {
      for (;;) {
        const recording = await call<BenchRecording>('GET', `/v1/recordings/${id}`);
        if (recording.state === 'completed') return recording;
        if (recording.state === 'failed' || recording.state === 'aborted') throw new Error(`Recording ${id} ended as ${recording.state}.`);
        await delay(100);
      }
    },
    logOf: (id) => join(dataDir, 'recordings', id),
    fileOf: (key) => join(dataDir, 'storage', 'default', key),
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

async function ask<Answer>(url: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const authorization = `Basic ${Buffer.from(`${pair.key}:${pair.secret}`).toString('base64')}`;
  const headers = { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const response = await fetch(new URL(path, url), { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}
