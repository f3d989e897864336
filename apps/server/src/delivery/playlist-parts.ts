import { dirname, join } from 'node:path/posix';

/** What a media playlist names. @see RFC 8216 §4.3 */
export interface PlaylistFacts {
  /** Paths of its parts and their initialization, relative to the folder that `playlistPath` is relative to, in order. */
  readonly parts: readonly string[];
  readonly durationMs: number;
}

export function readPlaylist(text: string, playlistPath: string): PlaylistFacts {
  const parts: string[] = [];
  let durationMs = 0;
  for (const line of readLines(text, playlistPath, 0)) {
    if (line.part !== null) parts.push(line.part);
    durationMs = line.untilMs;
  }
  return { parts, durationMs: Math.round(durationMs) };
}

/** A playlist whose parts are called otherwise. */
export interface RenamedPlaylist extends PlaylistFacts {
  readonly text: string;
  /** As in {@link PlaylistFacts}, each with its new name. */
  readonly renamed: readonly { readonly path: string; readonly name: string }[];
}

/**
 * The playlist with bare names, of files beside it, in place of its parts' addresses; everything else stays.
 *
 * @param startWallMs Of its first part, where the playlist does not say it (`#EXT-X-PROGRAM-DATE-TIME`, Tencent's `FILE-ATTR`).
 * @param nameOf The new name of a part by the one it has now and the wall clock of its first instant.
 */
export function renamePlaylist(
  text: string,
  playlistPath: string,
  startWallMs: number,
  nameOf: (part: { readonly name: string; readonly startWallMs: number }) => string,
): RenamedPlaylist {
  const renamed: { path: string; name: string }[] = [];
  const lines: string[] = [];
  let durationMs = 0;
  for (const { line, uri, part, startMs, untilMs } of readLines(text, playlistPath, startWallMs)) {
    durationMs = untilMs;
    if (part === null) {
      lines.push(line);
      continue;
    }
    const name = nameOf({ name: part.slice(part.lastIndexOf('/') + 1), startWallMs: Math.round(startMs) });
    renamed.push({ path: part, name });
    lines.push(line.replace(uri, () => bareUri(name)));
  }
  return { text: lines.join('\n'), renamed, parts: renamed.map(({ path }) => path), durationMs: Math.round(durationMs) };
}

interface Line {
  readonly line: string;
  /** As it stands in the line; empty without a part. */
  readonly uri: string;
  /** Path of the part that the line names; null: it names none. */
  readonly part: string | null;
  /** Wall clock of the part's first instant. */
  readonly startMs: number;
  /** Duration of the list up to the end of this line's part. */
  readonly untilMs: number;
}

function* readLines(text: string, playlistPath: string, startWallMs: number): Generator<Line> {
  let nextMs = startWallMs;
  let lengthMs = 0;
  let untilMs = 0;
  for (const line of text.split('\n')) {
    const [, date] = /^#EXT-X-PROGRAM-DATE-TIME:(.+)/.exec(line) ?? [];
    const [, attribute] = /^#EXT-X-TRTC-FILE-ATTR:(\d+),/.exec(line) ?? [];
    if (date !== undefined) nextMs = Date.parse(date);
    if (attribute !== undefined) nextMs = Number(attribute);
    if (line.startsWith('#EXTINF:')) lengthMs = (Number.parseFloat(line.slice(8)) || 0) * 1000;
    const isPart = line !== '' && !line.startsWith('#');
    const uri = isPart ? line : (/^#EXT-X-MAP:.*URI="([^"]+)"/.exec(line)?.[1] ?? '');
    const part = uri === '' ? null : join(dirname(playlistPath), decodeURIComponent(uri));
    const startMs = nextMs;
    if (isPart) {
      nextMs += lengthMs;
      untilMs += lengthMs;
    }
    yield { line, uri, part, startMs, untilMs };
  }
}

/** What cannot stand in a relative address as it is is escaped; the rest stays readable. */
function bareUri(name: string): string {
  return encodeURI(name).replaceAll(/[:?#]/g, encodeURIComponent);
}
