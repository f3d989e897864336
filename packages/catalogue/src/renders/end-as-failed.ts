import type { RecordingError } from '@tapedeck/protocol';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { addEvent, announce } from '../recordings/announce.ts';

/** Behind every other step. */
const cleanNumber = 1_000_000;

/** Ends a render that has not ended, in the caller's transaction: a last step removes what it left once no worker holds any other. */
export async function endAsFailed(
  trx: Database,
  { renderId, recordingId }: { readonly renderId: string; readonly recordingId: string },
  error: RecordingError,
): Promise<void> {
  const ended = await trx
    .updateTable('renders')
    .set({ state: 'failed', error: JSON.stringify(error), ended_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', renderId)
    .where('state', 'in', ['queued', 'rendering'])
    .returning('id')
    .executeTakeFirst();
  if (ended === undefined) return;
  await addCleaning(trx, renderId);
  await addEvent(trx, recordingId, 'render.failed', { renderId, error });
  await announce(trx, recordingId);
}

/** The last step of every render, however it ended: removes what its workers left, once none of them holds another step. */
export async function addCleaning(trx: Database, renderId: string): Promise<void> {
  await trx
    .insertInto('render_steps')
    .values({ render_id: renderId, number: cleanNumber, kind: 'clean', work: '{}', owner: null, lease_expires_at: null, done_at: null })
    .execute();
}
