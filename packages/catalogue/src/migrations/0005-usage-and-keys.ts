import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const statements = [
  // One row per file: no reference to the recording, which may be deleted. What is counted once although it was written in several formats has one `unit`.
  `create table tapedeck.usage (
    recording_id text collate "C" not null,
    key text not null,
    application_id text collate "C" not null references tapedeck.applications (id) on delete cascade,
    unit text not null,
    format text not null,
    mode text not null check (mode in ('composite','individual','audio')),
    tier text not null check (tier in ('audio','sd','hd','fhd','2k','4k')),
    started_at timestamptz not null,
    ended_at timestamptz not null,
    primary key (recording_id, key))`,
  `create index usage_by_time on tapedeck.usage (application_id, started_at)`,
  `create table tapedeck.access_keys (
    key text primary key,
    application_id text collate "C" not null references tapedeck.applications (id) on delete cascade,
    name text not null,
    sealed_secret bytea not null,
    idempotency_key text,
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    unique (application_id, idempotency_key))`,
  `alter table tapedeck.applications add column settings json not null default '{}', add column sealed_settings bytea`,
];

/** Minutes recorded, further key pairs of an application, and its settings. */
export const usageAndKeys: Migration = {
  async up(db: Kysely<never>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
