import type { CreateRecording, Recording } from '@tapedeck/protocol';
import { fingerprintOf } from '../canonical-json.ts';
import type { Database } from '../database.ts';
import { IdempotencyConflictError } from '../errors.ts';
import { insertRecording } from './insert-recording.ts';
import { checkStorage } from './check-storage.ts';
import { selectRecordings, toRecording } from './recording-row.ts';

/**
 * Inserts the row in `starting` and tells the recorders. With an idempotency key that this application used before for the same request,
 * the recording of that time is returned as it is now and nothing is started.
 *
 * @param asked What tells two requests apart when it is not the request itself: what was asked for before a template filled it in.
 * @throws {IdempotencyConflictError} IDEMPOTENCY_CONFLICT when the key came with another request.
 * @throws {ValidationError} INVALID_REQUEST when the application has no storage of that name.
 */
export async function createRecording(
  db: Database,
  applicationId: string,
  request: CreateRecording,
  idempotencyKey: string | null,
  asked: object = request,
): Promise<Recording> {
  await checkStorage(db, applicationId, request.storage);
  const fingerprint = fingerprintOf(asked);
  const id = await insert(db, applicationId, request, idempotencyKey, fingerprint);
  const kept = id ?? (await usedBefore(db, applicationId, idempotencyKey ?? '', fingerprint));
  if (kept === null) throw new Error('A recording was neither made nor found.');
  return toRecording(await selectRecordings(db).where('id', '=', kept).executeTakeFirstOrThrow());
}

/**
 * The recording that this key and request made before, or null.
 *
 * @throws {IdempotencyConflictError} IDEMPOTENCY_CONFLICT when the key came with another request.
 */
export async function createdBefore(db: Database, applicationId: string, idempotencyKey: string, asked: object): Promise<Recording | null> {
  const id = await usedBefore(db, applicationId, idempotencyKey, fingerprintOf(asked));
  return id === null ? null : toRecording(await selectRecordings(db).where('id', '=', id).executeTakeFirstOrThrow());
}

/** The new id, or null when the key was there already (then nothing was inserted). */
async function insert(
  db: Database,
  applicationId: string,
  request: CreateRecording,
  key: string | null,
  fingerprint: string,
): Promise<string | null> {
  const trx = await db.startTransaction().execute();
  try {
    const id = await insertRecording(trx, applicationId, request, null);
    if (key !== null) {
      const used = { application_id: applicationId, key, request_sha256: fingerprint, recording_id: id };
      const inserted = await trx
        .insertInto('idempotency')
        .values(used)
        .onConflict((conflict) => conflict.doNothing())
        .returning('key')
        .execute();
      if (inserted.length === 0) {
        await trx.rollback().execute();
        return null;
      }
    }
    await trx.commit().execute();
    return id;
  } catch (error) {
    if (!trx.isCommitted && !trx.isRolledBack)
      await trx
        .rollback()
        .execute()
        .catch(() => undefined); // the first error tells more
    throw error;
  }
}

async function usedBefore(db: Database, applicationId: string, key: string, fingerprint: string): Promise<string | null> {
  const row = await db
    .selectFrom('idempotency')
    .select(['recording_id', 'request_sha256'])
    .where('application_id', '=', applicationId)
    .where('key', '=', key)
    .executeTakeFirst();
  if (row === undefined) return null;
  if (row.request_sha256 !== fingerprint || row.recording_id === null) throw new IdempotencyConflictError(key);
  return row.recording_id;
}
