import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = fileURLToPath(new URL('../../node_modules', import.meta.url));

/**
 * Packs a built package as `npm publish` would and unpacks it in the `node_modules` of `folder`, which lies outside the repository: what is not in the package is not there. `others` are packages that
 * an application has besides; they are linked from here.
 *
 * @returns the paths that the package holds.
 */
export async function installPacked(built: string, name: string, folder: string, others: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await run('npm', ['pack', built, '--json', '--pack-destination', folder], { cwd: folder });
  const packed = Object.values(JSON.parse(stdout) as Record<string, { filename: string; files: { path: string }[] }>)[0];
  if (packed === undefined) throw new Error(`npm packed nothing: ${stdout}`);
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, name), { recursive: true });
  await run('tar', ['-xzf', join(folder, packed.filename), '--strip-components=1', '-C', join(modules, name)]);
  for (const other of others) {
    mkdirSync(dirname(join(modules, other)), { recursive: true });
    symlinkSync(join(here, other), join(modules, other));
  }
  return packed.files.map(({ path }) => path);
}
