import { isTerminal } from '@tapedeck/protocol';
import type { Database } from '../database.ts';
import { FileNotFoundError, InvalidStateError, RecordingNotFoundError } from '../errors.ts';
import type { FilePlace } from '../types.ts';
import { addEvent } from './announce.ts';

/**
 * Takes one file off an ended recording, once `remove` has removed what stands at its place: when that fails it stays listed.
 *
 * @throws {RecordingNotFoundError} RECORDING_NOT_FOUND
 * @throws {FileNotFoundError} FILE_NOT_FOUND
 * @throws {InvalidStateError} RECORDING_STATE while the recording runs: its recorder would list the file again.
 */
export async function deleteFile(
  db: Database,
  applicationId: string,
  recordingId: string,
  fileId: string,
  remove: (file: FilePlace) => Promise<void>,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('recordings')
      .select('state')
      .where('id', '=', recordingId)
      .where('application_id', '=', applicationId)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) throw new RecordingNotFoundError(recordingId);
    const file = await trx
      .deleteFrom('files')
      .where('recording_id', '=', recordingId)
      .where('id', '=', fileId)
      .returning(['key', 'type', 'format', 'storage', 'storage_path as storagePath'])
      .executeTakeFirst();
    if (file === undefined) throw new FileNotFoundError(fileId);
    if (!isTerminal(row.state)) throw new InvalidStateError(recordingId, row.state, 'relieved of a file');
    const { key, type, format } = file;
    await addEvent(trx, recordingId, 'file.deleted', { fileId, key, type, format });
    await remove(file); // last: when it fails, all is as it was
  });
}
