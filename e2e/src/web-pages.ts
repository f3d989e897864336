import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig } from 'vite';

const root = fileURLToPath(new URL('../web-pages', import.meta.url));
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.webm': 'video/webm',
  '.mp4': 'video/mp4',
};

/** The test pages as an integrator builds and serves them. */
export interface WebPages {
  readonly url: string;
  /** Where a file is that a page has sent. */
  uploaded(name: string): string;
  close(): Promise<void>;
}

/** Builds pages of `e2e/web-pages` with Vite and serves them on the loopback, which is a secure context. */
export function serveWebPages(...pages: readonly string[]): Promise<WebPages> {
  return serve({ root, configFile: false, worker: { format: 'es' } }, pages);
}

/** Does the same with a page of its own Vite configuration. */
export function serveSite(folder: string): Promise<WebPages> {
  return serve({ root: folder }, ['index']);
}

async function serve(config: InlineConfig & { readonly root: string }, pages: readonly string[]): Promise<WebPages> {
  const folder = await mkdtemp(join(tmpdir(), 'tapedeck-pages-'));
  const built = join(folder, 'built');
  await build({
    ...{ ...config, logLevel: 'warn' },
    build: {
      ...{ outDir: built, emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 4000, minify: false },
      rolldownOptions: { input: pages.map((page) => join(config.root, `${page}.html`)) },
    },
  });
  const uploaded = (name: string): string => join(folder, basename(name));
  const server = createServer((request, response) => void answer(request, response, built, uploaded));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    uploaded,
    async close() {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  built: string,
  uploaded: (name: string) => string,
): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  const isUpload = path.startsWith('/upload/');
  if (isUpload && request.method === 'PUT') {
    await pipeline(request, createWriteStream(uploaded(path)));
    response.writeHead(204).end();
    return;
  }
  const file = isUpload ? uploaded(path) : join(built, path);
  if (!existsSync(file)) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
  await pipeline(createReadStream(file), response).catch(() => response.destroy());
}
