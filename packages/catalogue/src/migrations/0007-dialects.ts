import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const statements = [
  // Which vendor's API made it, under which of the vendor's names, and what that dialect wants back later ({details, fileNames}).
  `alter table tapedeck.recordings
    add column dialect text check (dialect in ('tencent','volcengine')),
    add column dialect_app_id text collate "C",
    add column dialect_task_id text collate "C",
    add column origin json,
    add constraint dialect_is_whole check (num_nulls(dialect, dialect_app_id, dialect_task_id, origin) in (0, 4))`,
  `create index recordings_by_task on tapedeck.recordings (application_id, dialect, dialect_app_id, dialect_task_id, id desc)
    where dialect is not null`,
  // Whoever starts a task that runs already gets that one, also when both come at the same moment.
  `create unique index one_live_task on tapedeck.recordings (application_id, dialect, dialect_app_id, dialect_task_id, room)
    where dialect is not null and state in ('starting','recording','paused') and desired <> 'stopped'`,
];

/** Recordings that were made through a vendor's API. */
export const dialects: Migration = {
  async up(db: Kysely<never>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
