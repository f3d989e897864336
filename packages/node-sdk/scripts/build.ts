// `npm run build -w @tapedeck/node`: makes dist/, the package as it is published (`npm publish packages/node-sdk/dist`), and checks it with publint.
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compile } from '../../../scripts/publish/compile.ts';
import { finishPackage } from '../../../scripts/publish/finish-package.ts';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

rmSync(at('dist'), { recursive: true, force: true });
compile('-p', at('tsconfig.build.json'));
// The compiler leaves the extensions of declarations as they are; not every reader of them looks for `x.d.ts` when `x.ts` is asked for.
for (const path of globSync(at('dist/**/*.d.ts')))
  writeFileSync(path, readFileSync(path, 'utf8').replace(/(from |import\()'(\.[^']+)\.ts'/g, "$1'$2.js'"));
await finishPackage(at('.'), at('dist'), {
  engines: { node: '>=22' },
  types: './index.d.ts',
  exports: { '.': { types: './index.d.ts', default: './index.js' } },
});
