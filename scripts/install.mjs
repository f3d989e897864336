import { spawnSync } from 'node:child_process';
import { existsSync, openSync, closeSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const LOCK_POLL_MS = 200;

/**
 * Makes `node_modules` equal to `package-lock.json`: nothing to do costs one file comparison. Two callers at once wait for each other.
 * npm's output is shown only when it fails; then the process exits with npm's code.
 *
 * @param {string} root Absolute path of the repository.
 * @returns {Promise<void>}
 */
export async function installMissing(root) {
  if (isInstalled(root)) return;
  const release = await takeLock(join(root, '.install.lock'));
  try {
    if (!isInstalled(root)) runNpm(root);
  } finally {
    release();
  }
}

/** True when every package of the lock file that this platform needs is there in the same version. */
function isInstalled(root) {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden) || !existsSync(join(root, 'node_modules', 'node', 'bin', 'node'))) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true; // the root and the workspaces themselves
    const found = present[path];
    if (entry.link) return found?.link === true;
    return found ? found.version === entry.version : entry.optional === true || entry.devOptional === true || entry.peer === true;
  });
}

function runNpm(root) {
  process.stderr.write('Installing packages …\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // Not `npm ci`: it refuses a lock file that lacks an optional package of another platform, and some registries do not have them all. Versions come from the lock all the same.
  const result = spawnSync(npm, ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, SKIP_FFMPEG: 'true' }, // node-av would fetch a command-line ffmpeg that nobody here calls
  });
  if (result.status === 0) return;
  process.stderr.write(
    `${result.stdout ?? ''}${result.stderr ?? ''}${result.error ? `${result.error.message}\n` : ''}npm install failed.\n`,
  );
  rmSync(join(root, '.install.lock'), { force: true });
  process.exit(result.status || 1);
}

/** Creates the lock file; waits while another living process holds it. */
async function takeLock(path) {
  for (;;) {
    try {
      const file = openSync(path, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!isHeld(path)) rmSync(path, { force: true });
    else await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
  }
}

function isHeld(path) {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    if (pid === 0) return true; // just created, its number not yet written
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
