import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const entry = fileURLToPath(new URL('../bin/tapedeck.mjs', import.meta.url));
const run = (node: string, ...args: string[]): string => execFileSync(node, args, { encoding: 'utf8' }).trim();

/** Every Node that can be called here: the tests' own, and the system's, which may be as old as 20. */
function nodes(): string[] {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'node'));
  return [process.execPath, ...onPath.filter((path) => existsSync(path))];
}

it('starts under every Node that is installed here', { timeout: 60_000 }, () => {
  const answers = new Map(nodes().map((node) => [run(node, '--version'), run(node, entry, '--version')]));
  console.log([...answers.keys()].join(', '));
  expect([...new Set(answers.values())]).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
});
