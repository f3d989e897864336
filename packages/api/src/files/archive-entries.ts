import { text } from 'node:stream/consumers';
import type { Recording } from '@tapedeck/protocol';
import { NotFoundError } from '../errors.ts';
import type { FileAddress, FilesPort } from '../ports.ts';

/** One file of an archive: its name there and where its bytes are. */
export interface ArchiveEntry {
  readonly name: string;
  readonly file: FileAddress;
  /** null: not known before it is read. */
  readonly sizeBytes: number | null;
}

/**
 * Everything that an archive of the recording holds, in order: its complete files, playlists with their parts. Names are those below the recording's own
 * folder, so that a playlist finds its parts beside it.
 *
 * @throws {NotFoundError} NOT_FOUND when a file is not where it should be.
 */
export async function archiveEntries(
  recording: Pick<Recording, 'id' | 'files'>,
  applicationId: string,
  files: FilesPort,
): Promise<readonly ArchiveEntry[]> {
  const entries: ArchiveEntry[] = [];
  const names = new Set<string>();
  const nameOf = (key: string): string => {
    const own = key.indexOf(`${recording.id}/`);
    const short = own < 0 ? key : key.slice(own + recording.id.length + 1);
    const name = names.has(short) ? key : short; // a later render may be called as the first one
    names.add(name);
    return name;
  };
  for (const { storage, key, format, state } of recording.files) {
    if (state !== 'complete') continue;
    const file = { applicationId, storage, key };
    const found = await files.stat(file);
    if (found === null) throw new NotFoundError(`The file ${key} is not there (any more).`);
    entries.push({ name: nameOf(key), file, sizeBytes: found.sizeBytes });
    if (!['hls', 'vtt'].includes(format) || found.sizeBytes === 0) continue;
    const list = await text(await files.open(file, { first: 0, last: found.sizeBytes - 1 }));
    const folder = key.slice(0, key.lastIndexOf('/') + 1);
    for (const part of partsOf(list)) {
      const partKey = `${folder}${part}`;
      entries.push({ name: nameOf(partKey), file: { applicationId, storage, key: partKey }, sizeBytes: null });
    }
  }
  return entries;
}

/** The relative addresses that a playlist or a list of thumbnails names, each once; what leads elsewhere is left out. @see RFC 8216 §4.3, WebVTT */
export function partsOf(list: string): readonly string[] {
  const parts = new Set<string>();
  const isPlaylist = list.startsWith('#EXTM3U');
  for (const line of list.split(/\r?\n/)) {
    const named = line.startsWith('#') ? /^#EXT-X-MAP:.*URI="([^"]+)"/.exec(line)?.[1] : line.trim();
    const uri = isPlaylist ? named : /^(.+)#xywh=/.exec(line)?.[1];
    const path = uri === undefined || !/^[^/:?#]+(\/[^/:?#]+)*$/.test(uri) ? null : pathOf(uri);
    if (path !== null) parts.add(path);
  }
  return [...parts];
}

/** The key's end that a relative address means, or null when it means no file beside or below. */
function pathOf(uri: string): string | null {
  try {
    const names = uri.split('/').map(decodeURIComponent);
    return names.some((name) => name === '..' || name.includes('/')) ? null : names.join('/');
  } catch {
    return null; // a broken escape
  }
}
