import type { TencentFileNaming } from '@tapedeck/protocol';
import { type FileFacts, type FileOrder, isScreen } from './file-facts.ts';

/** Text in names: base64 of UTF-8 with `-` for `/` and `.` for `=`; `+` stays. @see https://cloud.tencent.com/document/product/647/76497 */
export function encodeForTencent(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64').replaceAll('/', '-').replaceAll('=', '.');
}

/**
 * `<base>` of a mix, `<base>_UserId_s_<user>_UserId_e_<main|aux>` of one person (with `_<audio|video|audiovideo>` when it is HLS), without the number of a slice. After a take-over
 * `ha1_`, `ha2_` … stand before the base, so that nothing is overwritten.
 */
export function tencentStem(naming: TencentFileNaming, facts: FileFacts): string {
  const { separator, base, userDefine } = naming;
  const own = `${facts.takeovers === 0 ? '' : `ha${facts.takeovers}_`}${base}`;
  const named = userDefine === null ? own : `${userDefine}__UserDefine_u_${own}`;
  if (facts.identity === null || facts.type === 'composite') return named;
  const media = isScreen(facts) ? 'aux' : 'main';
  const user = `${separator}UserId_s_${encodeForTencent(facts.identity)}${separator}UserId_e_${media}`;
  return `${named}${user}${facts.format === 'hls' ? `_${mediaOf(facts)}` : ''}`;
}

function mediaOf({ hasAudio, hasVideo }: FileFacts): string {
  return `${hasAudio ? 'audio' : ''}${hasVideo ? 'video' : ''}`;
}

/**
 * The number of a slice as it stands in the name: only when there are several, from 1. Whether the first one of several is one of several is not known before the second
 * begins: null until then. A playlist, which can be read from its first part on, has none for the first.
 */
export function tencentNumber({ number, count }: FileOrder, format: string): string | null {
  if (format === 'hls') return number === 1 ? '' : `_${number}`;
  if (number > 1 || (count ?? 1) > 1) return `_${number}`;
  return count === null ? null : '';
}

/** `YYYYMMDDHHmmssSSS` in UTC: how a segment's start stands in its name. */
export function tencentInstant(wallMs: number): string {
  return new Date(wallMs).toISOString().replaceAll(/\D/g, '');
}
