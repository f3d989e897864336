import type { PrivateTags } from './hls-private-tags.ts';

export interface HlsPlaylist {
  /** Where the segments stand, relative to the playlist. */
  readonly folder: string;
  /** fMP4: the file that every segment needs first; null: MPEG-TS. */
  readonly initName: string | null;
  readonly parts: readonly { readonly name: string; readonly startUs: number; readonly durationUs: number; readonly sizeBytes: number }[];
  /** Nominal segment length in seconds. */
  readonly targetS: number;
  /** Wall clock of the first segment's start, ms since 1970. */
  readonly startWallMs: number | null;
  readonly hasEnded: boolean;
  readonly privateTags: PrivateTags | null;
}

/**
 * Text of a media playlist: EVENT while it grows, VOD with ENDLIST at the end. The target duration does not change while the list grows unless a segment is
 * longer than planned. @see RFC 8216 §4.3
 */
export function hlsPlaylist({ folder, initName, parts, targetS, startWallMs, hasEnded, privateTags }: HlsPlaylist): string {
  const longestS = Math.max(targetS, ...parts.map((part) => Math.round(part.durationUs / 1e6)));
  const lines = [
    '#EXTM3U',
    `#EXT-X-VERSION:${initName === null ? 3 : 7}`,
    `#EXT-X-TARGETDURATION:${Math.ceil(longestS)}`,
    '#EXT-X-MEDIA-SEQUENCE:1',
    `#EXT-X-PLAYLIST-TYPE:${hasEnded ? 'VOD' : 'EVENT'}`,
    '#EXT-X-INDEPENDENT-SEGMENTS',
  ];
  if (privateTags !== null) lines.push(...privateTags.head);
  if (initName !== null) lines.push(`#EXT-X-MAP:URI="${folderUri(folder)}/${initName}"`);
  if (startWallMs !== null) lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(startWallMs).toISOString()}`);
  for (const { name, startUs, durationUs, sizeBytes } of parts) {
    if (privateTags !== null) lines.push(privateTags.segment(startUs, sizeBytes));
    lines.push(`#EXTINF:${(durationUs / 1e6).toFixed(6)},`, `${folderUri(folder)}/${name}`);
  }
  if (hasEnded) lines.push('#EXT-X-ENDLIST');
  return `${lines.join('\n')}\n`;
}

/** The text of a playlist that does not grow any more, and the addresses it names in order. `durationMs`: of its segments. Idempotent. */
export function endPlaylist(growing: string): { readonly text: string; readonly uris: readonly string[]; readonly durationMs: number } {
  const text = growing
    .replace('#EXT-X-PLAYLIST-TYPE:EVENT', '#EXT-X-PLAYLIST-TYPE:VOD')
    .replace(/(?:#EXT-X-ENDLIST\n)?$/, '#EXT-X-ENDLIST\n');
  const lengths = [...text.matchAll(/^#EXTINF:([\d.]+)/gm)].map(([, seconds]) => Number(seconds));
  const uris = [...text.matchAll(/^#EXT-X-MAP:URI="([^"]+)"|^([^#\n]+)$/gm)].map(([, init, part]) => init ?? part ?? '');
  return { text, uris, durationMs: Math.round(lengths.reduce((sum, seconds) => sum + seconds, 0) * 1000) };
}

function folderUri(folder: string): string {
  return folder.split('/').map(encodeURIComponent).join('/');
}
