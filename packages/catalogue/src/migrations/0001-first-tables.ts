import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const statements = [
  `create table tapedeck.applications (
    id text collate "C" primary key,
    name text not null,
    key text not null unique,
    sealed_secret bytea not null,
    is_first boolean not null default false,
    created_at timestamptz not null default now())`,
  `create unique index one_first_application on tapedeck.applications (is_first) where is_first`,
  `create table tapedeck.recordings (
    id text collate "C" primary key,
    application_id text collate "C" not null references tapedeck.applications (id),
    room text not null,
    prefix text collate "C" not null,
    state text not null check (state in ('starting','recording','paused','stopping','rendering','delivering','completed','failed','aborted')),
    desired text not null check (desired in ('recording','paused','stopped')),
    request json not null,
    metadata json not null,
    plans json,
    layout jsonb,
    subscribe jsonb,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    ended_at timestamptz,
    end_reason text,
    error jsonb,
    owner text,
    epoch integer not null default 0,
    lease_expires_at timestamptz)`,
  `create index recordings_by_age on tapedeck.recordings (application_id, id desc)`,
  `create index recordings_by_room on tapedeck.recordings (application_id, room, id desc)`,
  `create index recordings_by_prefix on tapedeck.recordings (application_id, prefix)`,
  `create index recordings_unfinished on tapedeck.recordings (id) where state not in ('completed','failed','aborted')`,
  `create table tapedeck.participants (
    recording_id text collate "C" not null references tapedeck.recordings (id) on delete cascade,
    identity text not null,
    joined_ms double precision not null,
    name text not null,
    left_ms double precision,
    primary key (recording_id, identity, joined_ms))`,
  `create table tapedeck.files (
    id text collate "C" primary key,
    recording_id text collate "C" not null references tapedeck.recordings (id) on delete cascade,
    key text not null,
    type text not null,
    participant text,
    source text,
    format text not null,
    storage_path text not null,
    start_ms double precision not null,
    duration_ms double precision not null,
    size_bytes double precision not null,
    sha256 text,
    width integer,
    height integer,
    video_codec text,
    audio_codec text,
    created_at timestamptz not null default now(),
    unique (recording_id, key))`,
  `create table tapedeck.recording_events (
    id bigint generated always as identity primary key,
    recording_id text collate "C" not null references tapedeck.recordings (id) on delete cascade,
    at timestamptz not null default clock_timestamp(),
    type text not null,
    data jsonb not null)`,
  `create index recording_events_in_order on tapedeck.recording_events (recording_id, id)`,
  `create unique index one_terminal_event on tapedeck.recording_events (recording_id)
    where type = 'recording.state_changed' and data ->> 'state' in ('completed','failed','aborted')`,
  `create table tapedeck.idempotency (
    application_id text collate "C" not null references tapedeck.applications (id),
    key text not null,
    request_sha256 text not null,
    recording_id text collate "C" not null references tapedeck.recordings (id) on delete cascade,
    created_at timestamptz not null default now(),
    primary key (application_id, key))`,
  `create table tapedeck.outbox (
    id text collate "C" primary key,
    recording_id text collate "C" not null,
    type text not null,
    payload jsonb not null,
    created_at timestamptz not null default now(),
    delivered_at timestamptz)`,
];

/** Applications, recordings with their leases, and everything that hangs on a recording. */
export const firstTables: Migration = {
  async up(db: Kysely<never>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
