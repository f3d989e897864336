import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../node-24.mjs';

/**
 * Runs a program of `node_modules/.bin` in the repository with this Node. Output is kept and returned; `inherit` shows it as it comes instead.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ inherit?: boolean }} [options]
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
export function run(program, args, options = {}) {
  const bin = join(root, 'node_modules', '.bin', program);
  const path = `${join(process.execPath, '..')}:${process.env.PATH ?? ''}`;
  const child = spawn(bin, args, {
    cwd: root,
    stdio: options.inherit ? 'inherit' : 'pipe',
    env: { ...process.env, PATH: path, FORCE_COLOR: '0' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}

/** The static checks, in the order of `npm test`. Each counts as one. */
export const CHECKS = {
  format: () => run('prettier', ['--check', '--log-level', 'warn', '.']),
  types: async () => {
    const folders = [
      '.',
      'apps/console',
      'packages/web-sdk',
      'e2e',
      'examples/trtc-call',
      'examples/volcengine-call',
      'examples/web-recorder',
    ];
    const projects = await Promise.all(folders.map((folder) => run('tsc', ['-p', folder])));
    return { ok: projects.every(({ ok }) => ok), output: projects.map(({ output }) => output).join('') };
  },
  lint: () => run('oxlint', ['--type-aware', '--deny-warnings']),
  knip: () => run('knip', ['--no-progress']),
};

/**
 * Runs one static check and prints a line for it, with its output when it failed.
 *
 * @param {keyof typeof CHECKS} name
 * @returns {Promise<boolean>}
 */
export async function check(name) {
  const startMs = performance.now();
  const { ok, output } = await CHECKS[name]();
  console.log(`${ok ? '✓' : '✗'} ${name} (${((performance.now() - startMs) / 1000).toFixed(1)} s)`);
  if (!ok) console.log(output);
  return ok;
}
