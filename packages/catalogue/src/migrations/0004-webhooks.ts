import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const statements = [
  `drop table tapedeck.outbox`,
  `alter table tapedeck.recording_events add column event_id text collate "C"`,
  `update tapedeck.recording_events set event_id = 'evt_' || lpad(id::text, 26, '0')`,
  `alter table tapedeck.recording_events alter column event_id set not null`,
  // What was told outside: outlives its recording. `seq` is the order of writing (per recording: of committing); `place` is the order in which rows
  // became visible, given after they were committed, so that a reader that goes on behind a place misses nothing.
  `create table tapedeck.events (
    seq bigint generated always as identity primary key,
    id text collate "C" not null unique,
    place bigint unique,
    application_id text collate "C" not null references tapedeck.applications (id) on delete cascade,
    recording_id text collate "C" not null,
    room text not null,
    type text not null,
    data json not null,
    recording json not null,
    created_at timestamptz not null default clock_timestamp())`,
  `create sequence tapedeck.event_places`,
  `create index events_without_place on tapedeck.events (seq) where place is null`,
  `create index events_of_application on tapedeck.events (application_id, place)`,
  `create index events_by_age on tapedeck.events (created_at)`,
  `create table tapedeck.webhooks (
    id text collate "C" primary key,
    application_id text collate "C" not null references tapedeck.applications (id) on delete cascade,
    url text not null,
    events text[] not null,
    enabled boolean not null,
    disabled_reason text,
    description text not null,
    sealed_secret bytea not null,
    previous_secret bytea,
    previous_until timestamptz,
    idempotency_key text,
    request_sha256 text not null,
    created_at timestamptz not null default now(),
    unique (application_id, idempotency_key))`,
  `create table tapedeck.outbox (
    id text collate "C" primary key,
    webhook_id text collate "C" not null references tapedeck.webhooks (id) on delete cascade,
    event_seq bigint not null references tapedeck.events (seq) on delete cascade,
    recording_id text collate "C" not null,
    state text not null default 'pending' check (state in ('pending','delivered','failed')),
    attempts integer not null default 0,
    created_at timestamptz not null default clock_timestamp(),
    queued_at timestamptz not null default clock_timestamp(),
    next_attempt_at timestamptz not null default clock_timestamp(),
    last_attempt_at timestamptz,
    owner text,
    leased_until timestamptz,
    status integer,
    duration_ms double precision,
    error text,
    response text,
    unique (webhook_id, event_seq))`,
  `create index outbox_lanes on tapedeck.outbox (webhook_id, recording_id, event_seq) where state = 'pending'`,
  `create index outbox_by_event on tapedeck.outbox (event_seq)`,
];

/** Events as they are told outside, webhooks, and the outbox between the two. */
export const webhooks: Migration = {
  async up(db: Kysely<never>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
