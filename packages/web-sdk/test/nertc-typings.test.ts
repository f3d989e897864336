import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What the compiler says about a project; empty when nothing. */
function compile(project: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['node_modules/typescript/lib/tsc.js', '-p', project], { cwd: root }, (_error, output) => resolve(output));
  });
}

test('the sample compiles against the typings of nertc-web-sdk', { timeout: 60_000 }, async () => {
  expect(await compile('examples/nertc-record/tsconfig.json')).toBe('');
});

test('the same file compiles against the facade', { timeout: 60_000 }, async () => {
  expect(await compile('examples/nertc-record/tsconfig.tapedeck.json')).toBe('');
});
