export interface HlsPlaylist {
  /** Where the parts stand, relative to the playlist. */
  readonly folder: string;
  readonly parts: readonly { readonly name: string; readonly durationUs: number }[];
  /** Nominal part length in seconds. */
  readonly targetS: number;
  /** Wall clock of the first part's start, ms since 1970. */
  readonly startWallMs: number | null;
  readonly hasEnded: boolean;
}

/**
 * Text of a media playlist: EVENT while it grows, VOD with ENDLIST at the end. The target duration does not change while the list grows unless a part is
 * longer than planned. @see RFC 8216 §4.3
 */
export function hlsPlaylist({ folder, parts, targetS, startWallMs, hasEnded }: HlsPlaylist): string {
  const longestS = Math.max(targetS, ...parts.map((part) => Math.round(part.durationUs / 1e6)));
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.ceil(longestS)}`,
    '#EXT-X-MEDIA-SEQUENCE:1',
    `#EXT-X-PLAYLIST-TYPE:${hasEnded ? 'VOD' : 'EVENT'}`,
    '#EXT-X-INDEPENDENT-SEGMENTS',
    `#EXT-X-MAP:URI="${folderUri(folder)}/init.mp4"`,
  ];
  if (startWallMs !== null) lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(startWallMs).toISOString()}`);
  for (const part of parts) lines.push(`#EXTINF:${(part.durationUs / 1e6).toFixed(6)},`, `${folderUri(folder)}/${part.name}`);
  if (hasEnded) lines.push('#EXT-X-ENDLIST');
  return `${lines.join('\n')}\n`;
}

function folderUri(folder: string): string {
  return folder.split('/').map(encodeURIComponent).join('/');
}
