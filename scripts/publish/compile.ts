import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const compiler = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

/** Runs the repository's TypeScript compiler; its output is shown. @throws {Error} when it finds errors. */
export function compile(...args: readonly string[]): void {
  execFileSync(process.execPath, [compiler, ...args], { stdio: 'inherit' });
}
