import type { Recording } from '@tapedeck/protocol';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { toOrigin } from '../dialects/dialect-task.ts';
import { newId } from '../new-id.ts';
import { selectRecordings, toRecording } from './recording-row.ts';

/** Channel of LISTEN/NOTIFY; the payload is the id of the recording that changed. */
export const changeChannel = 'tapedeck_recordings';

/** Tells every listener that the recording changed, when the transaction commits. */
export async function announce(db: Database, recordingId: string): Promise<void> {
  await sql`select pg_notify(${changeChannel}, ${recordingId})`.execute(db);
}

/**
 * Adds an event to the recording's history, to the stream of events and to the outbox of every webhook that takes it, and marks it for the callbacks of the dialect that made the
 * recording, all in the caller's transaction:
 * what is told outside is what was committed. The recording's row is locked first, so that its events are numbered in the order of their commits.
 * Call it after the change that it tells; the event carries the recording as it is then.
 *
 * @param shown What to carry instead of the recording's present files and people.
 */
export async function addEvent(
  trx: Database,
  recordingId: string,
  type: string,
  data: object,
  shown: Partial<Recording> = {},
): Promise<void> {
  const row = await selectRecordings(trx)
    .select(['application_id', 'dialect', 'dialect_app_id', 'dialect_task_id', 'origin', sql<Date>`clock_timestamp()`.as('at')])
    .where('id', '=', recordingId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return;
  const id = newId('evt');
  const facts = JSON.stringify(data);
  const recording = JSON.stringify({ ...toRecording(row), ...shown });
  const made = toOrigin(row);
  const origin = made === null ? null : JSON.stringify(made);
  const selectors = ['*', type, `${type.split('.')[0]}.*`];
  await sql`with history as (
      insert into tapedeck.recording_events (event_id, recording_id, at, type, data) values (${id}, ${recordingId}, ${row.at}, ${type}, ${facts})),
    event as (
      insert into tapedeck.events (id, application_id, recording_id, room, type, data, recording, created_at, origin, callbacks_pending)
      values (${id}, ${row.application_id}, ${recordingId}, ${row.room}, ${type}, ${facts}, ${recording}, ${row.at}, ${origin}, ${made !== null})
      returning seq),
    queued as (
      insert into tapedeck.outbox (id, webhook_id, event_seq, recording_id)
      select 'dlv_' || replace(gen_random_uuid()::text, '-', ''), w.id, event.seq, ${recordingId}
      from event, tapedeck.webhooks w
      where w.application_id = ${row.application_id} and w.enabled and w.events && ${selectors}
      for key share of w)
    select pg_notify(${changeChannel}, ${recordingId})`.execute(trx);
}
