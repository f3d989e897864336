import { chmod, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, sep } from 'node:path';

/** True when every other user may walk to `path` and, when it is a file, read and run it. */
export async function isReachable(path: string): Promise<boolean> {
  const own = await stat(path);
  const needed = own.isDirectory() ? 0o1 : 0o5;
  if ((own.mode & needed) !== needed) return false;
  return dirname(path) === path || (await isReachable(dirname(path)));
}

/**
 * Lets other users walk through `ours` (not list it), and through the folders above it that lie in the temporary folder.
 * True when they can reach it then. Folders above that are not ours to open are left as they are.
 */
export async function openWay(ours: string): Promise<boolean> {
  const temporary = tmpdir() + sep;
  for (let folder = ours; folder === ours || folder.startsWith(temporary); folder = dirname(folder)) {
    const { mode, uid } = await stat(folder);
    if ((mode & 0o1) === 0 && uid === process.getuid?.()) await chmod(folder, (mode & 0o7777) | 0o11);
  }
  return await isReachable(ours);
}
