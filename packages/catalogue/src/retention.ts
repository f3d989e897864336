import { sql } from 'kysely';
import { guard } from './database.ts';
import type { Database } from './database.ts';
import { addEvent, announce } from './recordings/announce.ts';
import type { Catalogue, ExpiredRecording } from './types.ts';

/** What may be deleted by now, and that it was. Time is the database's clock alone. */
export function retention(db: Database): Catalogue['retention'] {
  return {
    expiredFiles: (limit, exceptIds = []) => guard(() => expiredFiles(db, limit, exceptIds)),
    filesDeleted: (recordingId) =>
      guard(() =>
        db.transaction().execute(async (trx) => {
          const moved = await trx
            .updateTable('recordings')
            .set({ files_expired_at: sql<Date>`clock_timestamp()`, log_deleted_at: sql<Date>`coalesce(log_deleted_at, clock_timestamp())` })
            .where('id', '=', recordingId)
            .where('files_expired_at', 'is', null)
            .returning('id')
            .executeTakeFirst();
          if (moved === undefined) return;
          const gone = await trx.deleteFrom('files').where('recording_id', '=', recordingId).returning('key').execute();
          await addEvent(trx, recordingId, 'recording.expired', { files: gone.length });
          await announce(trx, recordingId);
        }),
      ),
    expiredLogs: (retentionS, limit) =>
      guard(async () => {
        const rows = await db
          .selectFrom('recordings')
          .select('id')
          .where('state', '=', 'completed')
          .where('log_deleted_at', 'is', null)
          .where('ended_at', '<', sql<Date>`clock_timestamp() - ${retentionS} * interval '1 second'`)
          .where(
            sql<boolean>`not exists (select 1 from tapedeck.renders r where r.recording_id = recordings.id
            and r.state not in ('completed', 'failed'))`,
          ) // it still reads the log
          .orderBy('ended_at')
          .limit(limit)
          .execute();
        return rows.map(({ id }) => id);
      }),
    logDeleted: (recordingId) =>
      guard(async () => {
        await db
          .updateTable('recordings')
          .set({ log_deleted_at: sql<Date>`coalesce(log_deleted_at, clock_timestamp())` })
          .where('id', '=', recordingId)
          .execute();
      }),
  };
}

async function expiredFiles(db: Database, limit: number, exceptIds: readonly string[]): Promise<readonly ExpiredRecording[]> {
  const { rows } = await sql<{
    id: string;
    application_id: string;
    state: string;
    storage: string;
    prefix: string;
    files: ExpiredRecording['files'];
  }>`
    select r.id, r.application_id, r.state, r.prefix, r.request ->> 'storage' as storage, coalesce((select json_agg(json_build_object('key', f.key, 'storage', f.storage, 'storagePath', f.storage_path))
      from tapedeck.files f where f.recording_id = r.id), '[]') as files
    from tapedeck.recordings r
    left join tapedeck.storages s on s.application_id = r.application_id and s.name = r.request ->> 'storage'
    where r.state in ('completed', 'failed', 'aborted') and r.files_expired_at is null and r.ended_at is not null and not (r.id = any(${[...exceptIds]}::text[]))
      and r.ended_at + coalesce((r.request ->> 'retentionDays')::int, (s.settings ->> 'retentionDays')::int) * interval '1 day' < clock_timestamp()
    order by r.ended_at limit ${limit}`.execute(db);
  return rows.map(({ id, application_id: applicationId, files, state, storage, prefix }) => {
    return { recordingId: id, applicationId, files, home: state === 'aborted' ? null : { storage, folder: `${prefix}${id}` } };
  });
}
