import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/**
 * Standard output of a command that ended with 0.
 *
 * @throws {Error} when it cannot be run, ends otherwise, or takes longer than `timeoutMs`; the message ends with the last line it wrote to standard error.
 */
export async function runCommand(
  program: string,
  parameters: readonly string[],
  timeoutMs: number,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  try {
    const { stdout } = await execute(program, [...parameters], { timeout: timeoutMs, env, maxBuffer: 16 * 1024 * 1024 });
    return stdout;
  } catch (cause) {
    const { stderr = '', killed = false, code } = cause as { stderr?: string; killed?: boolean; code?: string | number };
    const last = stderr.trim().split('\n').at(-1) ?? '';
    const why = killed ? `no end within ${timeoutMs / 1000} s` : code === 'ENOENT' ? 'not found' : `ended with ${code ?? 'an error'}`;
    throw new Error(`${program}: ${why}${last === '' ? '' : ` (${last.slice(0, 300)})`}`, { cause });
  }
}

/** Version a LiveKit server binary reports. @throws {Error} when the file is no such binary. */
export async function serverVersion(path: string): Promise<string> {
  const version = /livekit-server version (\S+)/.exec(await runCommand(path, ['--version'], 10_000))?.[1];
  if (version === undefined) throw new Error(`${path} does not answer --version as a LiveKit server`);
  return version;
}
