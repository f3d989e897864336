import { sql } from 'kysely';
import { guard } from '../database.ts';
import type { Database } from '../database.ts';
import type { EventReads, EventRow } from './types.ts';

const placeLock = 0x7a9ee;

/** The stream of committed events. */
export function eventReads(db: Database): EventReads {
  return {
    page: (after, limit) =>
      guard(async () => {
        await givePlaces(db);
        const rows = await selectEvents(db).where('e.place', '>', String(after)).orderBy('e.place').limit(limit).execute();
        return rows.map(toEventRow);
      }),
    placeOf: (applicationId, eventId) =>
      guard(async () => {
        await givePlaces(db);
        const row = await db
          .selectFrom('events')
          .select('place')
          .where('id', '=', eventId)
          .where('application_id', '=', applicationId)
          .executeTakeFirst();
        return row === undefined ? null : Number(row.place);
      }),
    newest: () =>
      guard(async () => {
        await givePlaces(db);
        const row = await db
          .selectFrom('events')
          .select((eb) => eb.fn.max('place').as('place'))
          .executeTakeFirst();
        return Number(row?.place ?? 0);
      }),
  };
}

/**
 * Numbers what was committed since the last time. Numbers of writing would not do: a transaction that began earlier may commit later, and a reader that
 * is already behind its number would never see it. One at a time, each in a transaction of its own, so places become visible in their order.
 */
async function givePlaces(db: Database): Promise<void> {
  const waiting = await db.selectFrom('events').select('seq').where('place', 'is', null).limit(1).executeTakeFirst();
  if (waiting === undefined) return;
  await db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${placeLock})`.execute(trx);
    await sql`with fresh as materialized (select seq from tapedeck.events where place is null order by seq),
        placed as materialized (select seq, nextval('tapedeck.event_places') as place from fresh)
      update tapedeck.events e set place = placed.place from placed where e.seq = placed.seq`.execute(trx);
  });
}

/** Events with every column of {@link toEventRow}; the table is `e`. */
export function selectEvents(db: Database) {
  return db
    .selectFrom('events as e')
    .select(['e.id', 'e.place', 'e.application_id', 'e.recording_id', 'e.room', 'e.type', 'e.created_at', 'e.data', 'e.recording']);
}

interface SelectedEvent {
  readonly id: string;
  readonly place: string | null;
  readonly application_id: string;
  readonly recording_id: string;
  readonly room: string;
  readonly type: string;
  readonly created_at: Date;
  readonly data: Record<string, unknown>;
  readonly recording: EventRow['recording'];
}

/** One row of {@link selectEvents}. */
export function toEventRow(row: SelectedEvent): EventRow {
  return Object.freeze({
    ...{ id: row.id, place: Number(row.place ?? 0), applicationId: row.application_id, recordingId: row.recording_id },
    ...{ room: row.room, type: row.type, createdAt: row.created_at.toISOString(), data: row.data, recording: row.recording },
  });
}
