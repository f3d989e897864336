import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const statements = [
  `create table tapedeck.storages (
    id text collate "C" primary key,
    application_id text collate "C" not null references tapedeck.applications (id),
    name text collate "C" not null,
    settings jsonb not null,
    sealed_secrets bytea not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    idempotency_key text,
    request_sha256 text not null,
    unique (application_id, name),
    unique (application_id, idempotency_key))`,
  `alter table tapedeck.files
    add column state text not null default 'complete' check (state in ('growing','complete')),
    add column storage text collate "C" not null default 'default'`,
  `create index files_by_storage on tapedeck.files (storage) where storage <> 'default'`,
  `alter table tapedeck.recordings
    add column delivery jsonb,
    add column next_attempt_at timestamptz,
    add column files_expired_at timestamptz,
    add column log_deleted_at timestamptz`,
  `create index recordings_ended on tapedeck.recordings (ended_at) where state in ('completed','failed','aborted')`,
];

/** Storages of applications; where a file is; how its way there goes; what has expired. */
export const storages: Migration = {
  async up(db: Kysely<never>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
