import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LIVEKIT_VERSION, releaseArchiveName } from './livekit-release.ts';
import { runCommand } from './run-command.ts';

/** What to download, where from and where to. */
export interface DownloadOptions {
  /** `<base>/v<version>/checksums.txt` must exist beside the archive. */
  readonly baseUrl: string;
  /** Where the binary goes, by rename, only after its archive's SHA-256 was right. */
  readonly target: string;
  readonly platform: string;
  readonly machine: string;
  /** How long the first byte of an answer may take, ms. */
  readonly connectTimeoutMs: number;
  /** How long a transfer may stand still, ms. */
  readonly stallTimeoutMs: number;
}

/**
 * Downloads the pinned release and verifies it against its published checksums before anything is unpacked. On failure nothing stays behind.
 *
 * @throws {Error} saying what went wrong: no release for the system, unreachable, HTTP status, cut off, wrong checksum.
 */
export async function downloadRelease(options: DownloadOptions): Promise<void> {
  const archive = releaseArchiveName(options.platform, options.machine);
  if (archive === null) throw new Error(`no release for ${options.platform}/${options.machine}`);
  const base = `${options.baseUrl}/v${LIVEKIT_VERSION}`;
  const expected = checksumOf(archive, await (await get(`${base}/checksums.txt`, options)).text());
  const folder = await mkdtemp(join(dirname(options.target), 'download-'));
  try {
    const path = join(folder, archive);
    const actual = await save(`${base}/${archive}`, path, options);
    if (actual !== expected) throw new Error(`${archive} has SHA-256 ${actual}, published is ${expected}`);
    await runCommand('tar', ['-xf', path, '-C', folder], 60_000);
    const binary = join(folder, options.platform === 'win32' ? 'livekit-server.exe' : 'livekit-server');
    await chmod(binary, 0o755);
    await rename(binary, options.target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** SHA-256 of a file in the text of a `checksums.txt` (`<hex>  <name>` lines). @throws {Error} when it is not listed. */
export function checksumOf(name: string, checksums: string): string {
  for (const line of checksums.split('\n')) {
    const [sum, file] = line.trim().split(/\s+\*?/);
    if (file === name && sum !== undefined && /^[0-9a-f]{64}$/i.test(sum)) return sum.toLowerCase();
  }
  throw new Error(`${name} is not listed in checksums.txt`);
}

async function get(url: string, { connectTimeoutMs }: DownloadOptions, abort = new AbortController()): Promise<Response> {
  const timer = setTimeout(() => abort.abort(new Error(`no answer within ${connectTimeoutMs / 1000} s`)), connectTimeoutMs);
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return response;
  } catch (error) {
    const { message, cause } = error as Error;
    throw new Error(`${url}: ${cause instanceof Error ? `${message} (${cause.message})` : message}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

async function save(url: string, path: string, options: DownloadOptions): Promise<string> {
  const abort = new AbortController();
  const response = await get(url, options, abort);
  if (response.body === null) throw new Error(`${url}: empty answer`);
  const hash = createHash('sha256');
  const stall = setTimeout(() => abort.abort(new Error(`stalled for ${options.stallTimeoutMs / 1000} s`)), options.stallTimeoutMs);
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      stall.refresh();
      done(null, chunk);
    },
  });
  try {
    await pipeline(Readable.fromWeb(response.body), meter, createWriteStream(path));
  } catch (cause) {
    throw new Error(`${url}: cut off: ${(cause as Error).message}`, { cause });
  } finally {
    clearTimeout(stall);
  }
  return hash.digest('hex');
}
