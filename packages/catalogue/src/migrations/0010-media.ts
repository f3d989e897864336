import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const statements = [
  // What somebody wrote beside a file; goes with it.
  `create table tapedeck.media_info (
    file_id text collate "C" primary key references tapedeck.files (id) on delete cascade,
    name text,
    description text,
    class_id bigint,
    tags text[] not null default '{}',
    updated_at timestamptz not null default clock_timestamp())`,
];

/** Names, descriptions, classes and tags of files. */
export const mediaInfo: Migration = {
  async up(db: Kysely<never>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
