import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Absolute path of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What the `node` package installed. */
const pinnedNode = join(root, 'node_modules', 'node', 'bin', 'node');

const SAME_SIGNAL_MS = 500;

/**
 * Runs a script with Node 24: in this process when it is new enough, else with the pinned one in its place: same arguments, same terminal, each
 * signal handed on once, same exit code. That child gets SIGTERM when this process is killed, so that nothing stays behind.
 *
 * @param {string} script Absolute path.
 * @param {readonly string[]} args
 * @returns {Promise<void>}
 */
export async function runWithNode24(script, args) {
  if (Number(process.versions.node.split('.')[0]) >= 24) {
    process.argv = [process.argv[0], script, ...args];
    await import(pathToFileURL(script).href);
    return;
  }
  const follow = pathToFileURL(join(root, 'scripts', 'end-with-parent.mjs')).href;
  const child = spawn(pinnedNode, ['--import', follow, script, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: true, // Ctrl-C of a terminal reaches this process alone, which hands it on: the child gets it once
    env: { ...process.env, PATH: `${dirname(pinnedNode)}:${process.env.PATH ?? ''}`, TAPEDECK_PARENT_PID: String(process.pid) },
  });
  const last = new Map();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      const isRepeat = Date.now() - (last.get(signal) ?? 0) < SAME_SIGNAL_MS; // npm and the terminal both send it
      last.set(signal, Date.now());
      if (!isRepeat) child.kill(signal);
    });
  }
  const [code, signal] = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (...end) => resolve(end));
  });
  process.exit(code ?? 128 + ({ SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 0));
}
