import type { FileResource } from '@tapedeck/protocol';
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { guard } from '../database.ts';
import type { Database } from '../database.ts';
import { toOrigin } from '../dialects/dialect-task.ts';
import type { OriginRow } from '../dialects/dialect-task.ts';
import { fileJson } from '../recordings/recording-row.ts';
import { conditions, mediaName } from './conditions.ts';
import type { Media, MediaChange, MediaItem, MediaQuery } from './types.ts';

/** The complete files of an application, by what a library is searched by. */
export function media(db: Database): Media {
  return {
    search: (applicationId, query) => guard(() => search(db, applicationId, query)),
    byIds: (applicationId, fileIds) =>
      guard(async () => {
        const { rows } = await sql<MediaRow>`${select(sql``)} where ${base(applicationId)} and f.id = any(${[...fileIds]}::text[])`.execute(
          db,
        );
        return rows.map(toItem);
      }),
    describe: (applicationId, fileId, change) => guard(() => describe(db, applicationId, fileId, change)),
  };
}

async function search(db: Database, applicationId: string, query: MediaQuery): Promise<{ total: number; items: MediaItem[] }> {
  const order = query.order === 'asc' ? sql`asc` : sql`desc`;
  const where = sql.join([base(applicationId), ...conditions(query)], sql` and `);
  const { rows } = await sql<MediaRow & { total: string }>`${select(sql`, count(*) over () as total`)} where ${where}
    order by f.created_at ${order}, f.id ${order} limit ${query.limit} offset ${query.offset}`.execute(db);
  const [first] = rows;
  if (first !== undefined) return { total: Number(first.total), items: rows.map(toItem) };
  if (query.offset === 0 && query.limit > 0) return { total: 0, items: [] };
  const counted = await sql<{ total: string }>`select count(*) as total ${tables} where ${where}`.execute(db);
  return { total: Number(counted.rows[0]?.total ?? 0), items: [] };
}

async function describe(db: Database, applicationId: string, fileId: string, change: MediaChange): Promise<boolean> {
  const { name = null, description = null, classId = null } = change;
  const tags = change.tags === undefined ? null : [...change.tags];
  const { rows } = await sql<{ file_id: string }>`
    insert into tapedeck.media_info as m (file_id, name, description, class_id, tags)
    select f.id, ${name}::text, ${description}::text, ${classId}::bigint, coalesce(${tags}::text[], '{}')
      from tapedeck.files f join tapedeck.recordings r on r.id = f.recording_id
      where ${base(applicationId)} and f.id = ${fileId}
    on conflict (file_id) do update set name = coalesce(excluded.name, m.name), description = coalesce(excluded.description, m.description),
      class_id = coalesce(excluded.class_id, m.class_id), tags = coalesce(${tags}::text[], m.tags), updated_at = clock_timestamp()
    returning file_id`.execute(db);
  return rows.length > 0;
}

/** Thumbnails, waveforms and timelines are no media; what still grows is not there yet. */
const base = (applicationId: string): RawBuilder<boolean> =>
  sql<boolean>`r.application_id = ${applicationId} and f.state = 'complete' and f.type in ('composite', 'individual', 'track')`;

const tables = sql`from tapedeck.files f join tapedeck.recordings r on r.id = f.recording_id left join tapedeck.media_info m on m.file_id = f.id`;

const select = (more: RawBuilder<unknown>): RawBuilder<unknown> => sql`select ${fileJson} as file, f.created_at, ${mediaName} as media_name,
    m.name, m.description, m.class_id, coalesce(m.tags, '{}') as tags, m.updated_at,
    r.id as recording_id, r.room, r.created_at as recording_created_at, r.started_at, r.ended_at, (r.request ->> 'retentionDays')::integer as retention_days,
    coalesce((select json_agg(distinct p.identity) from tapedeck.participants p where p.recording_id = r.id), '[]') as people,
    r.dialect, r.dialect_app_id, r.dialect_task_id, r.origin ${more} ${tables}`;

interface MediaRow extends OriginRow {
  readonly file: FileResource;
  readonly created_at: Date;
  readonly name: string | null;
  readonly description: string | null;
  readonly class_id: string | null;
  readonly tags: string[];
  readonly updated_at: Date | null;
  readonly recording_id: string;
  readonly room: string;
  readonly recording_created_at: Date;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly retention_days: number | null;
  readonly people: string[];
}

function toItem(row: MediaRow): MediaItem {
  return {
    file: row.file,
    createdAt: row.created_at.toISOString(),
    info: {
      ...{ name: row.name, description: row.description, tags: row.tags, updatedAt: row.updated_at?.toISOString() ?? null },
      classId: row.class_id === null ? null : Number(row.class_id),
    },
    recording: {
      ...{ id: row.recording_id, room: row.room, retentionDays: row.retention_days, participants: row.people },
      createdAt: row.recording_created_at.toISOString(),
      startedAt: row.started_at?.toISOString() ?? null,
      endedAt: row.ended_at?.toISOString() ?? null,
    },
    origin: toOrigin(row),
  };
}
