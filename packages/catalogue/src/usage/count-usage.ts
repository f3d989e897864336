import { usageTier } from '@tapedeck/protocol';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import type { Claim, FileRow } from '../types.ts';

/**
 * Notes the time of a finished file of a running recording, once per file whoever writes it how often. Formats of one output share a unit, and so do the
 * slices of one file: a query counts a unit once. Files without sound and picture (thumbnails, timelines) and later renders count nothing.
 */
export async function countUsage(trx: Database, { recordingId, applicationId }: Claim, file: FileRow): Promise<void> {
  if (file.state !== 'complete' || (file.videoCodec === null && file.audioCodec === null)) return;
  const tier = file.videoCodec === null ? 'audio' : usageTier(file.width, file.height);
  const mode = tier === 'audio' ? 'audio' : file.type === 'composite' ? 'composite' : 'individual';
  const unit = JSON.stringify([outputOf(recordingId, file.key), file.type, file.participant, file.source]);
  const { format, startMs, durationMs } = file;
  await sql`insert into tapedeck.usage (recording_id, key, application_id, unit, format, mode, tier, started_at, ended_at)
    select r.id, ${file.key}, ${applicationId}, ${unit}, ${format}, ${mode}, ${tier},
      coalesce(r.started_at, r.created_at) + ${startMs} * interval '1 millisecond',
      coalesce(r.started_at, r.created_at) + ${startMs + durationMs} * interval '1 millisecond'
    from tapedeck.recordings r where r.id = ${recordingId}
    on conflict (recording_id, key) do update set unit = excluded.unit, format = excluded.format, mode = excluded.mode, tier = excluded.tier,
      started_at = excluded.started_at, ended_at = excluded.ended_at`.execute(trx);
}

/** The folder of the output below the recording's own: empty for the first, `out2` … for the others. */
function outputOf(recordingId: string, key: string): string {
  const below = key.slice(key.indexOf(`${recordingId}/`) + recordingId.length + 1);
  return /^out\d+(?=\/)/.exec(below)?.[0] ?? '';
}
