import { createHash } from 'node:crypto';
import type { MediaStream } from '@tapedeck/catalogue';
import type { DialectOrigin, FileResource } from '@tapedeck/protocol';
import { mediaIdOf } from './file-facts.ts';
import { detailsOf } from './task-details.ts';

/** Camera and microphone, or shared screen. */
export type StreamType = 'main' | 'aux';

/** The stream id that applications made since 2020-01-09 have: `<SdkAppId>_<room>_<user>_<main|aux>`, percent-encoded. */
export function streamIdOf(sdkAppId: string, room: string, userId: string, type: StreamType): string {
  return encodeURIComponent(`${sdkAppId}_${room}_${userId}_${type}`);
}

/** The stream id of older applications: `<bizid>_<MD5 of room_user_type>`. */
export function digestStreamIdOf(bizId: number, room: string, userId: string, type: StreamType): string {
  return `${bizId}_${createHash('md5').update(`${room}_${userId}_${type}`).digest('hex')}`;
}

/** The stream id of a file of the legacy scheme: that of the mix, or whose stream it is, in the form that the application has. */
export function streamIdOfFile(
  file: Pick<FileResource, 'type' | 'source' | 'participant'>,
  room: string,
  origin: Pick<DialectOrigin, 'appId' | 'details'>,
): string {
  const { streamId, bizId } = detailsOf(origin);
  if (streamId !== null) return streamId;
  const type = mediaIdOf(file) === 'aux' ? 'aux' : 'main';
  const user = file.participant ?? '';
  return bizId === null ? streamIdOf(origin.appId, room, user, type) : digestStreamIdOf(bizId, room, user, type);
}

/** What to look for when a stream id is asked for. @param bizId Of the application; null: it has none. */
export function readStreamId(streamId: string, bizId: number | null): MediaStream {
  const plain = /^\d+_(.+_(?:main|aux))$/s.exec(decoded(streamId))?.[1] ?? null;
  const [, biz, digest = null] = /^(\d+)_([0-9a-f]{32})$/i.exec(streamId) ?? [];
  return { mixed: streamId, plain, digest: biz === String(bizId) ? (digest?.toLowerCase() ?? null) : null };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a plain id with a percent sign in it
  }
}
