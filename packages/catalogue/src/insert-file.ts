import type { Database } from './database.ts';
import { newId } from './new-id.ts';
import { addEvent, announce } from './recordings/announce.ts';
import type { FileRow } from './types.ts';

/**
 * Lists a file under its key; the same key again replaces what is known of it and keeps its id, so no file is listed twice. `file.growing` and
 * `file.ready` come once each.
 */
export async function insertFile(trx: Database, recordingId: string, file: FileRow, renderId: string | null = null): Promise<void> {
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
    state: file.state,
    storage: file.storage,
    render_id: renderId,
  };
  const before = await trx
    .selectFrom('files')
    .select('state')
    .where('recording_id', '=', recordingId)
    .where('key', '=', file.key)
    .executeTakeFirst();
  const known = await trx
    .updateTable('files')
    .set(facts)
    .where('recording_id', '=', recordingId)
    .where('key', '=', file.key)
    .returning('id')
    .executeTakeFirst();
  const id = known?.id ?? newId('file');
  if (known === undefined)
    await trx
      .insertInto('files')
      .values({ id, recording_id: recordingId, key: file.key, ...facts })
      .execute();
  if (before?.state !== file.state) {
    const type = file.state === 'growing' ? 'file.growing' : 'file.ready';
    await addEvent(trx, recordingId, type, { fileId: id, key: file.key, type: file.type, format: file.format });
  }
  await announce(trx, recordingId);
}
