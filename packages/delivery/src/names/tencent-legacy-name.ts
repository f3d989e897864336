import { createHash } from 'node:crypto';
import type { TencentLegacyNaming } from '@tapedeck/protocol';
import { type FileFacts, isScreen } from './file-facts.ts';
import { fitName } from './fit-name.ts';

/** Of what stands before start and end: these are never cut. */
const mostBytes = 150;

/**
 * `<begin>_<start>_<end>` with `_2`, `_3` … behind it where names would be the same. `<begin>` is the record id, of one person's file with `_main` or `_aux`, else the id of the stream. Null while the
 * file grows: its end is not known.
 */
export function tencentLegacyName(naming: TencentLegacyNaming, facts: FileFacts, number: number): string | null {
  const { startWallMs, durationMs } = facts;
  if (durationMs === null) return null;
  return `${tencentLegacyStem(naming, facts)}_${legacyInstant(startWallMs + durationMs)}${number === 1 ? '' : `_${number}`}`;
}

/** The name without its end: what two files have in common that only a number tells apart. */
export function tencentLegacyStem(naming: TencentLegacyNaming, facts: FileFacts): string {
  return `${fitName(beginOf(naming, facts), mostBytes)}_${legacyInstant(facts.startWallMs)}`;
}

function beginOf({ recordId, stream }: TencentLegacyNaming, facts: FileFacts): string {
  const type = isScreen(facts) ? 'aux' : 'main';
  if (recordId !== null) return facts.identity === null ? recordId : `${recordId}_${type}`;
  const { appId, room, bizId } = stream;
  const whose = `${room}_${facts.identity ?? ''}_${type}`.toWellFormed();
  return bizId === null ? encodeURIComponent(`${appId}_${whose}`) : `${bizId}_${createHash('md5').update(whose).digest('hex')}`;
}

/** `YYYY-MM-DD-HH-mm-ss` in UTC; what is less than a second is left out. */
function legacyInstant(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 19).replaceAll(/[T:]/g, '-');
}
