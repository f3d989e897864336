import type { CreateRecording, DialectOrigin, Recording } from '@tapedeck/protocol';
import type { Database } from '../database.ts';
import { checkStorage } from './check-storage.ts';
import { insertRecording } from './insert-recording.ts';
import { selectRecordings, toRecording } from './recording-row.ts';

/** After these the same session of the room is not recorded again by itself: somebody or something decided so. */
const finalReasons = ['stopped', 'max-duration', 'removed', 'room-closed'];

/**
 * Starts the recording that a template makes of one session of a room, unless it runs already (also when another node starts it at the same time), it was stopped or
 * failed in this session, or the template is gone, switched off or changed since `updatedAt`. Returns null then.
 *
 * @param origin As which vendor's task it counts; null: none.
 * @throws {ValidationError} INVALID_REQUEST when its storage is not there any more.
 */
export async function createAutomatic(
  db: Database,
  template: { readonly id: string; readonly applicationId: string; readonly updatedAt: string },
  request: CreateRecording,
  roomSid: string,
  origin: DialectOrigin | null = null,
): Promise<Recording | null> {
  await checkStorage(db, template.applicationId, request.storage);
  return await db.transaction().execute(async (trx) => {
    const known = await trx
      .selectFrom('templates')
      .select(['enabled', 'updated_at'])
      .where('id', '=', template.id)
      .forShare()
      .executeTakeFirst();
    if (known?.enabled !== true || known.updated_at.toISOString() !== template.updatedAt) return null;
    const over = await trx
      .selectFrom('recordings')
      .select('id')
      .where('template_id', '=', template.id)
      .where('room', '=', request.room)
      .where('room_sid', '=', roomSid)
      .where((eb) => eb.or([eb('end_reason', 'in', finalReasons), eb('state', '=', 'failed'), eb('desired', '=', 'stopped')]))
      .executeTakeFirst();
    if (over !== undefined) return null;
    const id = await insertRecording(trx, template.applicationId, request, { templateId: template.id, roomSid }, origin);
    return id === null ? null : toRecording(await selectRecordings(trx).where('id', '=', id).executeTakeFirstOrThrow());
  });
}

/** Templates that started a recording of this room by themselves which captures now. */
export async function runningAutomatic(db: Database, room: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('recordings')
    .select('template_id')
    .where('template_id', 'is not', null)
    .where('room', '=', room)
    .where('state', 'in', ['starting', 'recording', 'paused'])
    .execute();
  return rows.flatMap((row) => row.template_id ?? []);
}
