import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const statements = [
  `create table tapedeck.templates (
    id text collate "C" primary key,
    application_id text collate "C" not null references tapedeck.applications (id),
    name text collate "C" not null,
    match json,
    recording json not null,
    auto_start json,
    enabled boolean not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (application_id, name))`,
  // Of a recording that a template started by itself: which one, and in which session of the room (LiveKit's sid). No reference: a template may go before its recordings.
  `alter table tapedeck.recordings add column template_id text collate "C", add column room_sid text`,
  `create unique index one_automatic_recording on tapedeck.recordings (template_id, room)
    where template_id is not null and state in ('starting','recording','paused')`,
  `create index automatic_recordings_by_session on tapedeck.recordings (template_id, room_sid) where template_id is not null`,
  `alter table tapedeck.idempotency alter column recording_id drop not null,
    add column template_id text collate "C" references tapedeck.templates (id) on delete cascade`,
];

/** Templates, and what tells which of their recordings started by themselves. */
export const templateTables: Migration = {
  async up(db: Kysely<never>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
