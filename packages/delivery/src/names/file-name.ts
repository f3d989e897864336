import type { FileNaming } from '@tapedeck/protocol';
import { checkKey } from '../storage-key.ts';
import { extensionOf, type FileFacts, type FileOrder } from './file-facts.ts';
import { fitName } from './fit-name.ts';
import { tencentLegacyName, tencentLegacyStem } from './tencent-legacy-name.ts';
import { tencentInstant, tencentNumber, tencentStem } from './tencent-name.ts';
import { volcengineName, volcengineStem } from './volcengine-name.ts';

/** Equal for two files of an output that only a number tells apart: they are numbered in the order in which they began. */
export function fileStem(naming: FileNaming, facts: FileFacts): string {
  return `${stemOf(naming, facts)}.${extensionOf(facts.format)}`;
}

function stemOf(naming: FileNaming, facts: FileFacts): string {
  if (naming.rule === 'volcengine') return volcengineStem(naming, facts);
  return naming.rule === 'tencent' ? tencentStem(naming, facts) : tencentLegacyStem(naming, facts);
}

/**
 * The storage key of a file by a vendor's rule: `<prefix><folder><name>.<extension>`. The same file always gets the same key. Null while the name depends on what is not known before
 * the file (or all of the output) is complete: its duration or end, or whether it is one of several slices.
 *
 * Names that would be no names in a storage (too long, with `/`) are made ones. Tencent's names say nothing that another recording of the room would not say too, so without a folder of
 * its own the recording's id is one.
 *
 * @throws {StorageKeyError} STORAGE_KEY_INVALID when prefix or folder would leave the storage.
 */
export function namedKey(naming: FileNaming, prefix: string, facts: FileFacts, order: FileOrder): string | null {
  const name = nameOf(naming, facts, order);
  if (name === null) return null;
  const folder = naming.rule === 'volcengine' ? '' : naming.folder || `${facts.recordingId}/`;
  return checkKey(`${prefix}${folder}${fitName(name)}.${extensionOf(facts.format)}`);
}

function nameOf(naming: FileNaming, facts: FileFacts, order: FileOrder): string | null {
  if (naming.rule === 'volcengine') return volcengineName(naming, facts, order.number);
  if (naming.rule === 'tencent-legacy') return tencentLegacyName(naming, facts, order.number);
  const number = tencentNumber(order, facts.format);
  return number === null ? null : `${tencentStem(naming, facts)}${number}`;
}

/** A file that a playlist names. */
export interface PlaylistPart {
  /** Its name where it was rendered: `00001.ts`, `init.mp4` … */
  readonly name: string;
  /** Wall clock of its first instant, ms since 1970. */
  readonly startWallMs: number;
}

/** The bare name of a playlist's part, which stands beside the playlist `key`. */
export function partName(naming: FileNaming, key: string, { name, startWallMs }: PlaylistPart): string {
  const stem = key.slice(key.lastIndexOf('/') + 1).replace(/\.m3u8$/, '');
  const isSegment = /^\d+\.\w+$/.test(name);
  if (naming.rule !== 'tencent' || !isSegment) return `${stem}_${name}`;
  return `${stem}_${tencentInstant(startWallMs)}${name.slice(name.lastIndexOf('.'))}`;
}
