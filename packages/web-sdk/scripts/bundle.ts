import { basename } from 'node:path';
import { build, type Plugin } from 'rolldown';

/**
 * Workers stand beside whoever starts them. The address is written so that the bundlers of applications find it: a relative path in `new URL`, nothing computed.
 */
const workersBeside: Plugin = {
  name: 'workers-beside',
  transform: (code) => code.replace(/new URL\('[./\w-]*?([\w-]+-worker)\.ts', import\.meta\.url\)/g, "new URL('./$1.js', import.meta.url)"),
};

/** What the encoders would load in Node alone. */
const nothingOfNode: Plugin = {
  name: 'nothing-of-node',
  resolveId: (id) => (id === 'worker_threads' ? '\0nothing-of-node' : null),
  load: (id) => (id === '\0nothing-of-node' ? 'export const Worker = undefined;' : null),
};

const shared = { format: 'es', chunkFileNames: '[name].js', entryFileNames: '[name].js' } as const;

/** Bundles what pages import. Readable: who builds an application makes it small. */
export async function bundlePages(entries: Readonly<Record<string, string>>, folder: string): Promise<void> {
  await build({
    input: { ...entries },
    platform: 'browser',
    external: ['react', 'react/jsx-runtime', 'livekit-client'],
    plugins: [workersBeside],
    output: { ...shared, dir: folder, keepNames: true },
  });
}

/**
 * Bundles one worker with everything it needs, small, because not every bundler makes workers small; encoders that it loads on demand become files of their own. The media library has its own file too:
 * an encoder that would import the worker's own file for it could start that a second time.
 */
export async function bundleWorker(source: string, folder: string): Promise<void> {
  const name = basename(source, '.ts');
  await build({
    input: { [name]: source },
    platform: 'browser',
    plugins: [workersBeside, nothingOfNode],
    output: {
      ...shared,
      dir: folder,
      chunkFileNames: (chunk) => (chunk.name === 'rolldown-runtime' ? `${name}-runtime.js` : '[name].js'),
      minify: true,
      codeSplitting: { groups: [{ name: `${name}-media`, test: /node_modules\/mediabunny\/|nothing-of-node/ }] },
    },
  });
}
