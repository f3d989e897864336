import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Recording } from '@tapedeck/protocol';

const entry = fileURLToPath(new URL('../../scripts/tapedeck.mjs', import.meta.url));
const terminal = ['completed', 'failed', 'aborted'];

/** A Tapedeck server of a test, in a data folder and on a port of its own. */
export interface TestServer {
  readonly url: string;
  readonly key: string;
  readonly secret: string;
  call<Answer>(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Resolves with the recording once `isWanted`. @throws {Error} when it ends otherwise. */
  recordingWhen(id: string, isWanted: (recording: Recording) => boolean): Promise<Recording>;
  /** Stops it as Ctrl-C does and removes its folder. */
  stop(): Promise<void>;
}

/** Starts `tapedeck up` as a user would and resolves when it says that it is ready. */
export async function startTestServer(environment: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tapedeck-e2e-'));
  const pair = { key: 'e2e', secret: 'a-secret-that-is-long-enough-for-livekit' };
  const own = { TAPEDECK_DATA_DIR: dataDir, TAPEDECK_PORT: '0', TAPEDECK_KEY: pair.key, TAPEDECK_SECRET: pair.secret };
  const child = spawn(process.execPath, [entry, 'up'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...own, ...environment },
  });
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const ready = /Tapedeck is ready: (\S+)/.exec(output);
        if (ready?.[1]) resolve(ready[1]);
      });
    }
    child.on('exit', (code) => reject(new Error(`The server ended with ${code}:\n${output.slice(-4000)}`)));
  });
  const call = makeCall(url, pair);
  return {
    url,
    ...pair,
    call,
    recordingWhen: (id, isWanted) => recordingWhen(call, id, isWanted),
    async stop() {
      if (child.exitCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        await gone;
      }
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function makeCall(url: string, { key, secret }: { key: string; secret: string }): TestServer['call'] {
  const authorization = `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;
  return async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const headers = { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const response = await fetch(new URL(path, url), { method, headers, body: body === undefined ? null : JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  };
}

async function recordingWhen(call: TestServer['call'], id: string, isWanted: (recording: Recording) => boolean): Promise<Recording> {
  for (;;) {
    const recording = await call<Recording>('GET', `/v1/recordings/${id}`);
    if (isWanted(recording)) return recording;
    if (terminal.includes(recording.state))
      throw new Error(`The recording ended as ${recording.state}: ${JSON.stringify(recording.error)}`);
    await new Promise((resolve) => setTimeout(resolve, 100)); // the native API is polled, as its clients do
  }
}
