import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const statements = [
  `create table tapedeck.renders (
    id text collate "C" primary key,
    recording_id text collate "C" not null references tapedeck.recordings (id) on delete cascade,
    application_id text collate "C" not null references tapedeck.applications (id),
    state text not null check (state in ('queued','rendering','completed','failed')),
    request json not null,
    idempotency_key text,
    request_sha256 text not null,
    error jsonb,
    place text,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    ended_at timestamptz,
    unique (recording_id, idempotency_key))`,
  `create index renders_of_recording on tapedeck.renders (recording_id, id desc)`,
  `create table tapedeck.render_steps (
    render_id text collate "C" not null references tapedeck.renders (id) on delete cascade,
    number integer not null,
    kind text not null check (kind in ('split','share','join','clean')),
    work json not null,
    progress double precision not null default 0,
    owner text,
    claims integer not null default 0,
    lease_expires_at timestamptz,
    done_at timestamptz,
    primary key (render_id, number))`,
  `create index render_steps_open on tapedeck.render_steps (render_id, number) where done_at is null`,
  `alter table tapedeck.files add column render_id text collate "C"`,
];

/** Renders of kept logs: what was asked for, and the steps that renderers claim. */
export const renderTables: Migration = {
  async up(db: Kysely<never>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
