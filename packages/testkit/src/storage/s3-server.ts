import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real S3 server (versitygw) over a folder of its own. */
export interface S3Server {
  readonly port: number;
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Holds the buckets as folders and the objects as files. */
  readonly folder: string;
  makeBucket(name: string): void;
  close(): Promise<void>;
}

const pair = { accessKeyId: 'tapedeck-test', secretAccessKey: 'a-secret-of-the-test-0123456789' };

/** @param options.hasOtherTags ETags are no MD5 sums, as in services that encrypt with keys of their own. */
export async function startS3Server(binary: string, options: { readonly hasOtherTags?: boolean } = {}): Promise<S3Server> {
  const root = mkdtempSync(join(tmpdir(), 'tapedeck-s3-'));
  const folder = join(root, 'buckets');
  const sidecar = join(root, 'sidecar');
  for (const path of [folder, sidecar]) mkdirSync(path);
  const port = await freePort();
  const backend = ['posix', '--sidecar', sidecar, ...(options.hasOtherTags === true ? ['--data-integrity-etag'] : []), folder];
  const server = ['--access', pair.accessKeyId, '--secret', pair.secretAccessKey, '--port', `127.0.0.1:${port}`, '--quiet', '--keep-alive'];
  const child = spawn(binary, [...server, ...backend], { stdio: ['ignore', 'ignore', 'pipe'] });
  await listening(child, port);
  return {
    ...{ port, endpoint: `http://127.0.0.1:${port}`, folder, ...pair },
    makeBucket: (name) => mkdirSync(join(folder, name)),
    close: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      rmSync(root, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(child: ChildProcess, port: number): Promise<void> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  while (!(await answers(port))) if (child.exitCode !== null) throw new Error(`The S3 server ended with ${child.exitCode}: ${said}`);
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => setTimeout(resolve, 20, false));
    socket.once('connect', () => socket.destroy());
  });
