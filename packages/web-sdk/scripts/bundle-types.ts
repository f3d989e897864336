import { existsSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { compile } from '../../../scripts/publish/compile.ts';

const project = fileURLToPath(new URL('../tsconfig.build.json', import.meta.url));

/**
 * Writes one declaration for each entry, with the types of `@tapedeck/layout` and `@tapedeck/protocol` that it uses in it: those packages are not published. The compiler makes a declaration of every
 * file; what entries export is picked from them.
 */
export async function bundleTypes(entries: readonly string[], folder: string): Promise<void> {
  const all = join(folder, 'declarations');
  compile('-p', project, '--outDir', all);
  const fileOf = (entry: string): string => join(all, 'web-sdk/src', entry === 'index' ? 'index.d.ts' : `${entry}/index.d.ts`);
  await build({
    input: Object.fromEntries(entries.map((entry) => [entry, fileOf(entry)])),
    external: ['react', 'livekit-client', 'typebox'],
    plugins: [ours(all), dts({ dtsOnly: true, tsconfig: false, generator: 'oxc' })],
    output: { dir: folder, format: 'es', chunkFileNames: 'types-[name].js' },
  });
  rmSync(all, { recursive: true });
}

/** Finds declarations where sources import sources. */
function ours(all: string): Plugin {
  return {
    name: 'declarations-of-ours',
    resolveId: {
      order: 'pre',
      handler(id, importer) {
        const own = /^@tapedeck\/([\w-]+)$/.exec(id)?.[1];
        if (own !== undefined) return join(all, own, 'src/index.d.ts');
        if (importer === undefined || !id.startsWith('.')) return null;
        const path = resolve(dirname(importer), id.replace(/\.tsx?$/, '.d.ts'));
        return existsSync(path) ? path : null;
      },
    },
  };
}
