import type { Database } from '../database.ts';
import { guard } from '../database.ts';
import { RecordingNotFoundError } from '../errors.ts';
import type { Catalogue } from '../types.ts';
import { deleteRecording, patchRecording, setDesired } from './change-recording.ts';
import { createAutomatic, runningAutomatic } from './create-automatic.ts';
import { createRecording, createdBefore } from './create-recording.ts';
import { deleteFile } from './delete-file.ts';
import { listRecordings } from './list-recordings.ts';
import { selectRecordings, toRecording } from './recording-row.ts';

/** The API's side of recordings; every query is scoped to one application. */
export function recordings(db: Database): Catalogue['recordings'] {
  return {
    create: (applicationId, request, key, asked) => guard(() => createRecording(db, applicationId, request, key, asked)),
    createdBefore: (applicationId, key, asked) => guard(() => createdBefore(db, applicationId, key, asked)),
    createAutomatic: (template, request, roomSid, origin) => guard(() => createAutomatic(db, template, request, roomSid, origin)),
    runningAutomatic: (room) => guard(() => runningAutomatic(db, room)),
    list: (applicationId, query) => guard(() => listRecordings(db, applicationId, query)),
    setDesired: (applicationId, id, desired) => guard(() => setDesired(db, applicationId, id, desired)),
    patch: (applicationId, id, change) => guard(() => patchRecording(db, applicationId, id, change)),
    delete: (applicationId, id, removeFiles) => guard(() => deleteRecording(db, applicationId, id, removeFiles)),
    deleteFile: (applicationId, id, fileId, remove) => guard(() => deleteFile(db, applicationId, id, fileId, remove)),
    get: (applicationId, id) =>
      guard(async () => {
        const row = await selectRecordings(db).where('id', '=', id).where('application_id', '=', applicationId).executeTakeFirst();
        return row === undefined ? null : toRecording(row);
      }),
    events: (applicationId, id) =>
      guard(async () => {
        const owned = await db
          .selectFrom('recordings')
          .select('id')
          .where('id', '=', id)
          .where('application_id', '=', applicationId)
          .executeTakeFirst();
        if (owned === undefined) throw new RecordingNotFoundError(id);
        const rows = await db
          .selectFrom('recording_events')
          .select(['event_id', 'at', 'type', 'data'])
          .where('recording_id', '=', id)
          .orderBy('id')
          .execute();
        return rows.map((row) => ({ id: row.event_id, at: row.at.toISOString(), type: row.type, data: row.data }));
      }),
  };
}
