import { mkdir, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { LiveKitBinaryError } from '../errors.ts';
import { silentLog } from '../log.ts';
import type { Log } from '../log.ts';
import { downloadRelease } from './download-release.ts';
import { LIVEKIT_RELEASES_URL, LIVEKIT_VERSION } from './livekit-release.ts';
import { runCommand, serverVersion } from './run-command.ts';

/** Which way led to the binary. */
export type BinaryOrigin = 'environment' | 'path' | 'cache' | 'go-bin' | 'download' | 'go-install';

/** Where {@link resolveLiveKitBinary} looks. Everything has a default. */
export interface ResolveOptions {
  /** Default: this process's. Read: TAPEDECK_LIVEKIT_BIN, TAPEDECK_CACHE_DIR, PATH, GOPATH, HOME. */
  readonly env?: NodeJS.ProcessEnv;
  /** Default: TAPEDECK_CACHE_DIR, else `~/.cache/tapedeck`. */
  readonly cacheDir?: string;
  /** Default: LiveKit's releases on GitHub. */
  readonly releasesUrl?: string;
  readonly platform?: string;
  readonly machine?: string;
  /** Default 5 s: a machine without a network must not wait. */
  readonly connectTimeoutMs?: number;
  readonly stallTimeoutMs?: number;
  /** Default 15 min. */
  readonly buildTimeoutMs?: number;
  readonly log?: Log;
}

/**
 * A LiveKit server binary that answers `--version`. Tried in this order: TAPEDECK_LIVEKIT_BIN (when set, nothing else counts), `livekit-server` on PATH, the cache, a binary that `go install`
 * left in GOPATH, a download of the pinned release verified against its published checksums, `go install` of the pinned version into the cache.
 *
 * @throws {LiveKitBinaryError} LIVEKIT_BINARY_MISSING naming each way and why it failed.
 */
export async function resolveLiveKitBinary(
  options: ResolveOptions = {},
): Promise<{ readonly path: string; readonly origin: BinaryOrigin }> {
  const env = options.env ?? process.env;
  const log = options.log ?? silentLog;
  const home = env['HOME'] ?? homedir();
  const cacheDir = options.cacheDir ?? env['TAPEDECK_CACHE_DIR'] ?? join(home, '.cache', 'tapedeck');
  const target = join(cacheDir, `livekit-server-${LIVEKIT_VERSION}${process.platform === 'win32' ? '.exe' : ''}`);
  const named = env['TAPEDECK_LIVEKIT_BIN'];
  const ways: readonly (readonly [BinaryOrigin, string, () => Promise<string>])[] =
    named !== undefined && named !== ''
      ? [['environment', `TAPEDECK_LIVEKIT_BIN=${named}`, async () => named]]
      : [
          ['path', '`livekit-server` on PATH', () => findOnPath(env)],
          ['cache', `cache (${target})`, async () => target],
          ['go-bin', 'an earlier `go install`', async () => join(env['GOPATH']?.split(delimiter)[0] ?? join(home, 'go'), 'bin', 'server')],
          ['download', 'download of the release', () => download(target, cacheDir, options, log)],
          ['go-install', `go install …@v${LIVEKIT_VERSION}`, () => build(target, cacheDir, env, options, log)],
        ];
  const attempts: { way: string; reason: string }[] = [];
  for (const [origin, way, find] of ways) {
    try {
      const path = await find();
      const version = await serverVersion(path);
      log.info({ path, origin, version }, 'LiveKit server binary found');
      return { path, origin };
    } catch (error) {
      attempts.push({ way, reason: (error as Error).message });
    }
  }
  throw new LiveKitBinaryError(attempts);
}

async function findOnPath(env: NodeJS.ProcessEnv): Promise<string> {
  const failures: string[] = [];
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter((entry) => entry !== '')) {
    const path = join(folder, 'livekit-server');
    try {
      await serverVersion(path);
      return path;
    } catch (error) {
      if (!(error as Error).message.includes('not found')) failures.push((error as Error).message);
    }
  }
  throw new Error(failures[0] ?? 'not there');
}

async function download(target: string, cacheDir: string, options: ResolveOptions, log: Log): Promise<string> {
  const baseUrl = options.releasesUrl ?? LIVEKIT_RELEASES_URL;
  await mkdir(cacheDir, { recursive: true });
  log.info({ baseUrl, version: LIVEKIT_VERSION }, 'downloading the LiveKit server');
  await downloadRelease({
    ...{ baseUrl, target, platform: options.platform ?? process.platform, machine: options.machine ?? process.arch },
    ...{ connectTimeoutMs: options.connectTimeoutMs ?? 5000, stallTimeoutMs: options.stallTimeoutMs ?? 30_000 },
  });
  return target;
}

async function build(target: string, cacheDir: string, env: NodeJS.ProcessEnv, options: ResolveOptions, log: Log): Promise<string> {
  await mkdir(cacheDir, { recursive: true });
  const timeoutMs = options.buildTimeoutMs ?? 900_000;
  await runCommand('go', ['version'], 20_000, env); // fails at once where there is no Go
  log.info({ version: LIVEKIT_VERSION }, 'building the LiveKit server with go install; this takes a minute or two');
  const gobin = join(cacheDir, `go-bin-${process.pid}`);
  await runCommand('go', ['install', `github.com/livekit/livekit-server/cmd/server@v${LIVEKIT_VERSION}`], timeoutMs, {
    ...env,
    GOBIN: gobin,
  });
  await rename(join(gobin, 'server'), target);
  return target;
}
