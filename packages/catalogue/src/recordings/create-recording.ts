import { createHash } from 'node:crypto';
import type { CreateRecording, Recording } from '@tapedeck/protocol';
import type { Database } from '../database.ts';
import { IdempotencyConflictError } from '../errors.ts';
import { newId } from '../new-id.ts';
import { addEvent, announce } from './announce.ts';
import { selectRecordings, toRecording } from './recording-row.ts';

/**
 * Inserts the row in `starting` and tells the recorders. With an idempotency key that this application used before for the same request,
 * the recording of that time is returned as it is now and nothing is started.
 *
 * @throws {IdempotencyConflictError} IDEMPOTENCY_CONFLICT when the key came with another request.
 */
export async function createRecording(
  db: Database,
  applicationId: string,
  request: CreateRecording,
  idempotencyKey: string | null,
): Promise<Recording> {
  const fingerprint = createHash('sha256').update(canonical(request)).digest('hex');
  const id = await insert(db, applicationId, request, idempotencyKey, fingerprint);
  const kept = id ?? (await usedBefore(db, applicationId, idempotencyKey ?? '', fingerprint));
  return toRecording(await selectRecordings(db).where('id', '=', kept).executeTakeFirstOrThrow());
}

/** The new id, or null when the key was there already (then nothing was inserted). */
async function insert(
  db: Database,
  applicationId: string,
  request: CreateRecording,
  key: string | null,
  fingerprint: string,
): Promise<string | null> {
  const id = newId('rec');
  const trx = await db.startTransaction().execute();
  try {
    const row = {
      id,
      application_id: applicationId,
      room: request.room,
      prefix: request.prefix,
      state: 'starting',
      desired: 'recording',
    } as const;
    await trx
      .insertInto('recordings')
      .values({
        ...row,
        request: JSON.stringify(request),
        metadata: JSON.stringify(request.metadata),
        plans: null,
        layout: null,
        subscribe: null,
        error: null,
      })
      .execute();
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
    await addEvent(trx, id, 'recording.state_changed', { from: null, state: 'starting' });
    await announce(trx, id);
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

async function usedBefore(db: Database, applicationId: string, key: string, fingerprint: string): Promise<string> {
  const row = await db
    .selectFrom('idempotency')
    .select(['recording_id', 'request_sha256'])
    .where('application_id', '=', applicationId)
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  if (row.request_sha256 !== fingerprint) throw new IdempotencyConflictError(key);
  return row.recording_id;
}

/** JSON with sorted keys: the same request in another order is the same request. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
