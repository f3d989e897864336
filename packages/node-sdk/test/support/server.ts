import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../../../scripts/tapedeck.mjs', import.meta.url));

/** A Tapedeck server of a test, as its users start it, in a data folder and on a port of its own. */
export interface TestServer {
  readonly url: string;
  readonly key: string;
  readonly secret: string;
  /** Stops it as Ctrl-C does and removes its folder. */
  stop(): Promise<void>;
}

/** Resolves when it says that it is ready. */
export async function startTestServer(environment: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tapedeck-sdk-'));
  const pair = { key: 'sdk', secret: 'a-secret-that-is-long-enough-for-livekit' };
  const own = { TAPEDECK_DATA_DIR: dataDir, TAPEDECK_PORT: '0', TAPEDECK_KEY: pair.key, TAPEDECK_SECRET: pair.secret };
  const child = spawn(process.execPath, [entry, 'up'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...own, ...environment },
  });
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const ready = /Tapedeck is ready: (\S+)/.exec(output)?.[1];
        if (ready !== undefined) resolve(ready);
      });
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${output.slice(-4000)}`)));
  });
  return {
    url,
    ...pair,
    async stop() {
      if (child.exitCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        await gone;
      }
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
