import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const statements = [
  // An event of a dialect's recording is marked in the transaction that writes it; whoever makes the callbacks of it clears the mark in the transaction that queues them.
  `alter table tapedeck.events add column origin json, add column callbacks_pending boolean not null default false`,
  `create index events_without_callbacks on tapedeck.events (seq) where callbacks_pending`,
  // One row per callback and application. A lane (a recording, or a room) is sent in order of position.
  `create table tapedeck.vendor_callbacks (
    id text collate "C" primary key,
    position bigint generated always as identity,
    application_id text collate "C" not null references tapedeck.applications (id) on delete cascade,
    dialect text not null check (dialect in ('tencent','volcengine')),
    app_id text not null,
    lane text not null,
    source_id text collate "C" not null,
    number integer not null,
    about text,
    event_name text not null,
    body json not null,
    state text not null default 'pending' check (state in ('pending','delivered','dropped')),
    attempts integer not null default 0,
    queued_at timestamptz not null default clock_timestamp(),
    next_attempt_at timestamptz not null default clock_timestamp(),
    settled_at timestamptz,
    owner text,
    leased_until timestamptz,
    status integer,
    error text,
    unique (application_id, dialect, source_id, number))`,
  `create index vendor_callbacks_lanes on tapedeck.vendor_callbacks (application_id, dialect, lane, position) where state = 'pending'`,
  `create index vendor_callbacks_settled on tapedeck.vendor_callbacks (settled_at) where state <> 'pending'`,
  `create index vendor_callbacks_about on tapedeck.vendor_callbacks (application_id, dialect, about) where about is not null`,
];

/** The outbox of vendor-style callbacks. */
export const vendorCallbacks: Migration = {
  async up(db: Kysely<never>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
