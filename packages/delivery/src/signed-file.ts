import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * What a signed address opens, until when. `folder`: every key below the key's folder too (an HLS playlist's parts). `parts`: beside the playlist only its bare parts, which are called as the
 * playlist with a number or `init` behind: other recordings may be in the same folder.
 */
export interface FileGrant {
  readonly key: string;
  readonly expiresAtS: number;
  readonly scope: 'file' | 'folder' | 'parts';
}

/** Why an address opens nothing. */
export type GrantRefusal = 'malformed' | 'expired' | 'forged';

/**
 * The path of a signed address, to stand after `/files/`: `<token>/<key>`. The token is part of the path so that relative references inside a playlist
 * keep it. HMAC-SHA-256 over scope, expiry and key (or its folder): another key, a later expiry or a wider scope does not verify.
 */
export function signFile(grant: FileGrant, signingKey: Uint8Array): string {
  const letter = letters[grant.scope];
  const expiry = grant.expiresAtS.toString(36);
  const token = `${letter}${expiry}.${mac(letter, expiry, scopeOf(grant), signingKey)}`;
  return `${token}/${grant.key.split('/').map(encodeURIComponent).join('/')}`;
}

/**
 * The key that a signed path opens now, or why not. Constant time in the signature.
 *
 * @param path What stands after `/files/`, percent-decoded.
 */
export function verifyFile(
  path: string,
  signingKey: Uint8Array,
  nowS: number,
): { readonly key: string } | { readonly refusal: GrantRefusal } {
  const parsed = /^([fdp])([0-9a-z]{1,10})\.([\w-]{43})\/(.+)$/s.exec(path);
  if (parsed === null) return { refusal: 'malformed' };
  const [, letter = '', expiry = '', signature = '', key = ''] = parsed;
  if (key.split('/').some((name) => name === '..' || name === '.' || name === '')) return { refusal: 'malformed' };
  const candidates = letter === 'f' ? [key] : letter === 'p' ? stemsOf(key) : foldersOf(key);
  const isSigned = candidates.map((scope) => isEqual(signature, mac(letter, expiry, scope, signingKey))).includes(true);
  if (!isSigned) return { refusal: 'forged' };
  return Number.parseInt(expiry, 36) > nowS ? { key } : { refusal: 'expired' };
}

function mac(letter: string, expiry: string, scope: string, signingKey: Uint8Array): string {
  return createHmac('sha256', signingKey).update(`tapedeck-file\n${letter}\n${expiry}\n${scope}`).digest('base64url');
}

const isEqual = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(a), Buffer.from(b));

const letters = { file: 'f', folder: 'd', parts: 'p' } as const;

function scopeOf({ scope, key }: FileGrant): string {
  if (scope === 'parts') return stemsOf(key)[0] ?? key;
  return scope === 'file' ? key : folderOf(key);
}

/** The playlist's key without its extension, of the playlist and of its parts. */
const stemsOf = (key: string): string[] =>
  [/^(.+)\.m3u8$/s, /^(.+)_(?:\d+\.(?:ts|m4s)|init\.mp4)$/s].flatMap((pattern) => pattern.exec(key)?.[1] ?? []);

const folderOf = (key: string): string => key.slice(0, key.lastIndexOf('/') + 1);

function foldersOf(key: string): string[] {
  const names = key.split('/');
  return names.slice(0, -1).map((_, index) => `${names.slice(0, index + 1).join('/')}/`);
}
