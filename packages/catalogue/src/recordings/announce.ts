import { sql } from 'kysely';
import type { Database } from '../database.ts';

/** Channel of LISTEN/NOTIFY; the payload is the id of the recording that changed. */
export const changeChannel = 'tapedeck_recordings';

/** Tells every listener that the recording changed, when the transaction commits. */
export async function announce(db: Database, recordingId: string): Promise<void> {
  await sql`select pg_notify(${changeChannel}, ${recordingId})`.execute(db);
}

/** Adds a line to the recording's history. */
export async function addEvent(db: Database, recordingId: string, type: string, data: object): Promise<void> {
  await db
    .insertInto('recording_events')
    .values({ recording_id: recordingId, type, data: JSON.stringify(data) })
    .execute();
}
