import { readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { type OutgoingGuard, sendRequest } from '@tapedeck/delivery';
import { PictureUnavailableError } from '../errors.ts';

/** Largest picture that is kept. */
const maxBytes = 10 * 1024 * 1024;
/** For one picture, redirects included. */
const timeoutMs = 8_000;
const mostRedirects = 3;

/** Where pictures may come from. */
export interface PictureSources {
  readonly guard: OutgoingGuard;
  /** Folder whose files `file:NAME` names; null: no local files. */
  readonly dir: string | null;
}

/** The bytes of a picture, and the ending that its file gets. */
export interface FetchedPicture {
  readonly bytes: Buffer;
  readonly ending: 'png' | 'jpg' | 'webp' | 'gif';
}

/**
 * Gets a picture that a layout names: http(s) through the guard with at most three redirects, `data:` with base64, or `file:NAME` out of the configured folder.
 *
 * @throws {PictureUnavailableError} PICTURE_UNAVAILABLE when it cannot be had or is none; {OutgoingAddressError} OUTGOING_ADDRESS · {OutgoingRequestError} OUTGOING_FAILED
 */
export async function fetchPicture(url: string, sources: PictureSources): Promise<FetchedPicture> {
  const bytes = await read(url, sources);
  const ending = endingOf(bytes);
  if (ending === null) throw new PictureUnavailableError('it is neither PNG, JPEG, WebP nor GIF');
  return { bytes, ending };
}

async function read(url: string, { guard, dir }: PictureSources): Promise<Buffer> {
  if (url.startsWith('data:')) return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
  if (url.startsWith('file:')) return await readLocal(url.slice('file:'.length), dir);
  return await download(url, guard);
}

async function download(first: string, guard: OutgoingGuard): Promise<Buffer> {
  const signal = AbortSignal.timeout(timeoutMs);
  let url = first;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const headers = { accept: 'image/png, image/jpeg, image/webp, image/gif', 'user-agent': 'Tapedeck' };
    const { status, headers: answered, body } = await sendRequest(guard, { url, method: 'GET', headers, timeoutMs, maxBytes, signal });
    if (status === 200) return body;
    const { location } = answered;
    if (![301, 302, 303, 307, 308].includes(status) || location === undefined)
      throw new PictureUnavailableError(`the server answers ${status}`);
    if (!URL.canParse(location, url)) throw new PictureUnavailableError('the server sends us to an address that is none');
    url = new URL(location, url).href;
  }
  throw new PictureUnavailableError(`the server sends us on more than ${mostRedirects} times`);
}

/** Nothing outside the folder, also by no symbolic link. */
async function readLocal(name: string, dir: string | null): Promise<Buffer> {
  if (dir === null) throw new PictureUnavailableError('local files need the configuration key pictures.dir');
  try {
    const [root, path] = await Promise.all([realpath(dir), realpath(join(dir, decodeURIComponent(name)))]);
    if (!path.startsWith(root + sep)) throw new PictureUnavailableError('it lies outside the folder pictures.dir');
    if ((await stat(path)).size > maxBytes) throw new PictureUnavailableError(`it is larger than ${maxBytes} bytes`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof PictureUnavailableError) throw error;
    throw new PictureUnavailableError('there is no such file', { cause: error });
  }
}

function endingOf(bytes: Buffer): FetchedPicture['ending'] | null {
  const head = bytes.toString('latin1', 0, 12);
  if (head.startsWith('\u0089PNG\r\n')) return 'png';
  if (head.startsWith('\u00ff\u00d8\u00ff')) return 'jpg';
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return 'webp';
  return head.startsWith('GIF8') ? 'gif' : null;
}
