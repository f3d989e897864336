import type { CreateRender, Render } from '@tapedeck/protocol';
import { fingerprintOf } from '../canonical-json.ts';
import { guard } from '../database.ts';
import type { Database } from '../database.ts';
import {
  IdempotencyConflictError,
  InvalidStateError,
  LogDeletedError,
  RecordingNotFoundError,
  RenderNotFoundError,
  RenderStateError,
} from '../errors.ts';
import { newId } from '../new-id.ts';
import { announce } from '../recordings/announce.ts';
import type { Renders } from './types.ts';
import { endAsFailed } from './end-as-failed.ts';
import { selectRenders, toRender } from './render-row.ts';
import { renderSteps } from './render-steps.ts';

/** Offline renders: the API's side here, the renderers' side in `render-steps.ts`. */
export function renders(db: Database): Renders {
  return {
    ...renderSteps(db),
    create: (applicationId, recordingId, request, key) => guard(() => create(db, applicationId, recordingId, request, key)),
    get: (applicationId, recordingId, renderId) =>
      guard(async () => {
        const row = await selectRenders(db, applicationId, recordingId).where('renders.id', '=', renderId).executeTakeFirst();
        return row === undefined ? null : toRender(row);
      }),
    list: (applicationId, recordingId) =>
      guard(async () => (await selectRenders(db, applicationId, recordingId).orderBy('renders.id', 'desc').execute()).map(toRender)),
    cancel: (applicationId, recordingId, renderId) =>
      guard(async () => {
        await db.transaction().execute(async (trx) => {
          const row = await trx
            .selectFrom('renders')
            .select('state')
            .where('id', '=', renderId)
            .where('recording_id', '=', recordingId)
            .where('application_id', '=', applicationId)
            .forUpdate()
            .executeTakeFirst();
          if (row === undefined) throw new RenderNotFoundError(renderId);
          if (row.state === 'completed') throw new RenderStateError(renderId, row.state);
          if (row.state === 'failed') return;
          const detail = 'It was cancelled.';
          await endAsFailed(trx, { renderId, recordingId }, { code: 'RENDER_CANCELLED', fault: 'caller', detail });
        });
        return toRender(await selectRenders(db, applicationId, recordingId).where('renders.id', '=', renderId).executeTakeFirstOrThrow());
      }),
  };
}

async function create(
  db: Database,
  applicationId: string,
  recordingId: string,
  request: CreateRender,
  idempotencyKey: string | null,
): Promise<Render> {
  const fingerprint = fingerprintOf(request);
  const id = await db.transaction().execute(async (trx) => {
    await checkRecording(trx, applicationId, recordingId);
    const made = await trx
      .insertInto('renders')
      .values({
        ...{ id: newId('ren'), recording_id: recordingId, application_id: applicationId, state: 'queued' },
        ...{ request: JSON.stringify(request), idempotency_key: idempotencyKey, request_sha256: fingerprint },
        ...{ error: null, place: null, started_at: null, ended_at: null },
      })
      .onConflict((conflict) => conflict.columns(['recording_id', 'idempotency_key']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (made === undefined) return usedBefore(trx, recordingId, idempotencyKey ?? '', fingerprint);
    await trx
      .insertInto('render_steps')
      .values({ render_id: made.id, number: 0, kind: 'split', work: '{}', owner: null, lease_expires_at: null, done_at: null })
      .execute();
    await announce(trx, recordingId);
    return made.id;
  });
  return toRender(await selectRenders(db, applicationId, recordingId).where('renders.id', '=', id).executeTakeFirstOrThrow());
}

async function usedBefore(trx: Database, recordingId: string, key: string, fingerprint: string): Promise<string> {
  const row = await trx
    .selectFrom('renders')
    .select(['id', 'request_sha256'])
    .where('recording_id', '=', recordingId)
    .where('idempotency_key', '=', key)
    .executeTakeFirstOrThrow();
  if (row.request_sha256 !== fingerprint) throw new IdempotencyConflictError(key);
  return row.id;
}

/** Only a log that is sealed (or will never grow again) can be rendered offline. */
async function checkRecording(db: Database, applicationId: string, recordingId: string): Promise<void> {
  const row = await db
    .selectFrom('recordings')
    .select(['state', 'started_at', 'log_deleted_at'])
    .where('id', '=', recordingId)
    .where('application_id', '=', applicationId)
    .executeTakeFirst();
  if (row === undefined) throw new RecordingNotFoundError(recordingId);
  if (row.log_deleted_at !== null) throw new LogDeletedError(recordingId, row.log_deleted_at);
  const hasLog = ['rendering', 'delivering', 'completed', 'failed'].includes(row.state) && row.started_at !== null;
  if (!hasLog) throw new InvalidStateError(recordingId, row.state, 'rendered again');
}
