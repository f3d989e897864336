// `npm run build -w @tapedeck/web`: makes dist/, the package as it is published (`npm publish packages/web-sdk/dist`), and checks it with publint. With a folder as argument it is made there.
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { finishPackage } from '../../../scripts/publish/finish-package.ts';
import { bundlePages, bundleWorker } from './bundle.ts';
import { bundleTypes } from './bundle-types.ts';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const built = resolve(process.argv[2] ?? at('dist'));

rmSync(built, { recursive: true, force: true });
const entries = { index: at('src/index.ts'), nertc: at('src/nertc/index.ts'), react: at('src/react/index.ts') };
await bundlePages(entries, built);
for (const name of ['recorder-worker', 'remux-worker']) await bundleWorker(at(`src/worker/${name}.ts`), built);
await bundleTypes(Object.keys(entries), built);

mkdirSync(join(built, 'licences'));
cpSync(at('licences'), join(built, 'licences'), { recursive: true });
cpSync(at('THIRD_PARTY.md'), join(built, 'THIRD_PARTY.md'));

const entry = (name: string): object => ({ types: `./${name}.d.ts`, default: `./${name}.js` });
await finishPackage(at('.'), built, {
  types: './index.d.ts',
  exports: { '.': entry('index'), './nertc': entry('nertc'), './react': entry('react'), './package.json': './package.json' },
  files: ['*.js', '*.d.ts', 'licences', 'THIRD_PARTY.md'],
  // Workers are entries of whoever bundles the package: what they do when they are loaded is all they do.
  sideEffects: ['./recorder-worker.js', './remux-worker.js'],
  dependencies: { 'livekit-client': await rangeOf('livekit-client') },
});

/** The version of a dependency that the source asks for: everything else of it is in the bundle. */
async function rangeOf(name: string): Promise<string> {
  const { default: manifest } = (await import('../package.json', { with: { type: 'json' } })) as {
    default: { dependencies: Record<string, string> };
  };
  const range = manifest.dependencies[name];
  if (range === undefined) throw new Error(`${name} is not a dependency.`);
  return range;
}
