import { createHash } from 'node:crypto';
import { limits } from '@tapedeck/protocol';
import type { CreateWebhook, PatchWebhook, Webhook } from '@tapedeck/protocol';
import { sql } from 'kysely';
import { guard } from '../database.ts';
import type { Database } from '../database.ts';
import { IdempotencyConflictError, WebhookLimitError, WebhookNotFoundError } from '../errors.ts';
import { newId } from '../new-id.ts';
import { announce } from '../recordings/announce.ts';
import { openSecret, sealSecret } from '../sealed-secret.ts';
import { listDeliveries } from './deliveries.ts';
import { replayDelivery, replayRange } from './replay.ts';
import type { Webhooks } from './types.ts';
import { findWebhook, newSecret, toWebhook } from './webhook-row.ts';

/** The API's side of webhooks. */
export function webhooks(db: Database, masterKey: Uint8Array): Webhooks {
  return {
    create: (applicationId, request, key) => guard(() => createWebhook(db, masterKey, applicationId, request, key)),
    list: (applicationId) =>
      guard(async () => {
        const rows = await db.selectFrom('webhooks').selectAll().where('application_id', '=', applicationId).orderBy('id').execute();
        return rows.map(toWebhook);
      }),
    get: (applicationId, id) => guard(async () => toWebhook(await findWebhook(db, applicationId, id))),
    patch: (applicationId, id, change) => guard(() => patchWebhook(db, applicationId, id, change)),
    delete: (applicationId, id) =>
      guard(async () => {
        const gone = await db
          .deleteFrom('webhooks')
          .where('id', '=', id)
          .where('application_id', '=', applicationId)
          .returning('id')
          .executeTakeFirst();
        if (gone === undefined) throw new WebhookNotFoundError(id);
      }),
    rotateSecret: (applicationId, id, overlapS) => guard(() => rotateSecret(db, masterKey, applicationId, id, overlapS)),
    deliveries: (applicationId, id, query) =>
      guard(async () => {
        await findWebhook(db, applicationId, id);
        return await listDeliveries(db, id, query);
      }),
    replayOne: (applicationId, id, deliveryId) =>
      guard(async () => {
        await findWebhook(db, applicationId, id);
        return await replayDelivery(db, id, deliveryId);
      }),
    replay: (applicationId, id, range) => guard(async () => await replayRange(db, await findWebhook(db, applicationId, id), range)),
  };
}

async function createWebhook(
  db: Database,
  masterKey: Uint8Array,
  applicationId: string,
  request: CreateWebhook,
  key: string | null,
): Promise<Webhook> {
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([request.url, request.events, request.enabled, request.description]))
    .digest('hex');
  return await db.transaction().execute(async (trx) => {
    // One after the other, so that the limit holds and a repeat finds the first.
    await trx.selectFrom('applications').select('id').where('id', '=', applicationId).forNoKeyUpdate().execute();
    const present = await trx.selectFrom('webhooks').selectAll().where('application_id', '=', applicationId).execute();
    const first = key === null ? undefined : present.find((row) => row.idempotency_key === key);
    if (first !== undefined) {
      if (first.request_sha256 !== fingerprint) throw new IdempotencyConflictError(key ?? '');
      return { ...toWebhook(first), secret: openSecret(first.sealed_secret, first.id, masterKey) };
    }
    if (present.length >= limits.webhooks) throw new WebhookLimitError(limits.webhooks);
    const id = newId('wh');
    const secret = newSecret();
    const row = await trx
      .insertInto('webhooks')
      .values({
        ...{ id, application_id: applicationId, ...request, sealed_secret: sealSecret(secret, id, masterKey) },
        ...{ idempotency_key: key, request_sha256: fingerprint },
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return { ...toWebhook(row), secret };
  });
}

async function patchWebhook(db: Database, applicationId: string, id: string, change: PatchWebhook): Promise<Webhook> {
  return await db.transaction().execute(async (trx) => {
    const row = await trx
      .updateTable('webhooks')
      .set({ ...change, ...(change.enabled === undefined ? {} : { disabled_reason: null }) })
      .where('id', '=', id)
      .where('application_id', '=', applicationId)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw new WebhookNotFoundError(id);
    // What waited for a target that was away need not wait on: this is another target, or it is asked for again.
    if (change.url !== undefined || change.enabled === true)
      await trx
        .updateTable('outbox')
        .set({ next_attempt_at: sql<Date>`clock_timestamp()` })
        .where('webhook_id', '=', id)
        .where('state', '=', 'pending')
        .execute();
    await announce(trx, id);
    return toWebhook(row);
  });
}

async function rotateSecret(db: Database, masterKey: Uint8Array, applicationId: string, id: string, overlapS: number): Promise<Webhook> {
  const secret = newSecret();
  const row = await db
    .updateTable('webhooks')
    .set((eb) => ({
      previous_secret: overlapS === 0 ? null : eb.ref('sealed_secret'),
      previous_until: overlapS === 0 ? null : sql<Date>`clock_timestamp() + ${overlapS} * interval '1 second'`,
      sealed_secret: sealSecret(secret, id, masterKey),
      idempotency_key: null, // a repeat of the create must not show a secret that is no longer its first answer's
    }))
    .where('id', '=', id)
    .where('application_id', '=', applicationId)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw new WebhookNotFoundError(id);
  return { ...toWebhook(row), secret };
}
