import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const licence = fileURLToPath(new URL('../../LICENSE', import.meta.url));

/**
 * Makes a package of a folder of built files: the source's manifest without what only this repository needs and with `published` over it, its README, the licence. Then publint looks at it; what it
 * finds is printed and makes the process exit with 1.
 *
 * @param source The folder of the package here.
 * @param built The folder that `npm publish` is given.
 */
export async function finishPackage(source: string, built: string, published: Readonly<Record<string, unknown>>): Promise<void> {
  const own = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Record<string, unknown>;
  const { private: _private, scripts: _scripts, devDependencies: _tools, exports: _exports, ...manifest } = own;
  writeFileSync(join(built, 'package.json'), `${JSON.stringify({ ...manifest, ...published }, null, 2)}\n`);
  cpSync(join(source, 'README.md'), join(built, 'README.md'));
  cpSync(licence, join(built, 'LICENSE'));
  const { messages, pkg } = await publint({ pkgDir: built, strict: true });
  for (const message of messages) console.error(formatMessage(message, pkg));
  if (messages.length > 0) process.exitCode = 1;
}
