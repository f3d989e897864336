import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../node-24.mjs';
import { run } from './run.mjs';

const folder = join(root, 'apps', 'console');

/** Builds `apps/console/dist` when a source is newer than it. The process ends with the builder's output when that fails. */
export async function buildConsole() {
  const built = join(folder, 'dist', 'index.html');
  const builtMs = existsSync(built) ? statSync(built).mtimeMs : 0;
  if (sources().every((path) => statSync(path).mtimeMs <= builtMs)) return;
  const { ok, output } = await run('vite', ['build', folder, '--logLevel', 'warn']);
  if (ok) return;
  console.log(`${output}\nThe console does not build.`);
  process.exit(1);
}

function sources() {
  const files = readdirSync(join(folder, 'src'), { recursive: true, withFileTypes: true });
  const inside = files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return [join(folder, 'index.html'), join(folder, 'package.json'), ...inside];
}
