import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

/** One of `examples/` that has a page and a backend, both running. */
export interface ExamplePage {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the backend and the page of an example as its README says, on ports of their own. */
export async function startExample(name: string, env: Readonly<Record<string, string>>): Promise<ExamplePage> {
  const folder = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
  const backend = spawn(process.execPath, ['server.mjs'], {
    cwd: folder,
    env: { ...process.env, ...env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const address = await new Promise<string>((resolve, reject) => {
    backend.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const ready = /listens on (\S+)/.exec(output)?.[1];
      if (ready !== undefined) resolve(ready);
    });
    backend.on('exit', (code) => reject(new Error(`The backend ended with ${code}.`)));
  });
  process.env['BACKEND'] = address; // read by the page's vite.config.mjs
  const page = await serveInDevelopment(folder, ['livekit-client']);
  return {
    url: page.url,
    async stop() {
      await page.stop();
      const gone = once(backend, 'exit');
      backend.kill('SIGTERM');
      await gone;
    },
  };
}

/** Serves the page of a folder as `vite` in it does, on a port of its own. `include`: packages that are loaded late. */
export async function serveInDevelopment(root: string, include: string[] = []): Promise<ExamplePage> {
  const vite = await createServer({ root, logLevel: 'error', server: { port: 0, host: '127.0.0.1' }, optimizeDeps: { include } });
  await vite.listen();
  const [url] = vite.resolvedUrls?.local ?? [];
  if (url === undefined) throw new Error('The page has no address.');
  return { url, stop: () => vite.close() };
}
