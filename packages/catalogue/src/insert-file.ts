import type { Database } from './database.ts';
import { newId } from './new-id.ts';
import { addEvent, announce } from './recordings/announce.ts';
import type { FileRow } from './types.ts';

/** Lists a file under its key; the same key again replaces what is known of it and keeps its id, so no file is listed twice. */
export async function insertFile(trx: Database, recordingId: string, file: FileRow): Promise<void> {
  const facts = {
    type: file.type,
    participant: file.participant,
    source: file.source,
    format: file.format,
    storage_path: file.storagePath,
    start_ms: file.startMs,
    duration_ms: file.durationMs,
    size_bytes: file.sizeBytes,
    sha256: file.sha256,
    width: file.width,
    height: file.height,
    video_codec: file.videoCodec,
    audio_codec: file.audioCodec,
  };
  const known = await trx
    .updateTable('files')
    .set(facts)
    .where('recording_id', '=', recordingId)
    .where('key', '=', file.key)
    .returning('id')
    .executeTakeFirst();
  if (known === undefined) {
    const id = newId('file');
    await trx
      .insertInto('files')
      .values({ id, recording_id: recordingId, key: file.key, ...facts })
      .execute();
    await addEvent(trx, recordingId, 'file.ready', { fileId: id, key: file.key, type: file.type, format: file.format });
  }
  await announce(trx, recordingId);
}
