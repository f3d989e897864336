import type { CreateRecording, DialectOrigin } from '@tapedeck/protocol';
import type { Database } from '../database.ts';
import { newId } from '../new-id.ts';
import { originColumns } from '../dialects/dialect-task.ts';
import { addEvent, announce } from './announce.ts';

/** Of a recording that a template starts by itself. */
export interface AutomaticOrigin {
  readonly templateId: string;
  /** LiveKit's id of the room's present session. */
  readonly roomSid: string;
}

/**
 * Inserts the row in `starting` with its first event and tells the recorders when the transaction commits. The new id; null when the template records that room, or the
 * vendor's task runs, already.
 */
export async function insertRecording(
  trx: Database,
  applicationId: string,
  request: CreateRecording,
  automatic: AutomaticOrigin | null,
  dialect: DialectOrigin | null = null,
): Promise<string | null> {
  const id = newId('rec');
  const row = await trx
    .insertInto('recordings')
    .values({
      ...{ id, application_id: applicationId, room: request.room, prefix: request.prefix, state: 'starting', desired: 'recording' },
      ...{ plans: null, layout: null, subscribe: null, error: null },
      ...{ request: JSON.stringify(request), metadata: JSON.stringify(request.metadata) },
      ...{ delivery: null, template_id: automatic?.templateId ?? null, room_sid: automatic?.roomSid ?? null },
      ...originColumns(dialect),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (row === undefined) return null;
  await addEvent(trx, id, 'recording.state_changed', { from: null, state: 'starting' });
  await announce(trx, id);
  return id;
}
