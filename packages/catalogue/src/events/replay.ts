import type { Delivery, Replay } from '@tapedeck/protocol';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { DeliveryNotFoundError } from '../errors.ts';
import { announce } from '../recordings/announce.ts';
import { selectDeliveries, toDelivery } from './deliveries.ts';
import type { WebhookRow } from './webhook-row.ts';

/** Queues one delivery again, whatever became of it. @throws {DeliveryNotFoundError} DELIVERY_NOT_FOUND */
export async function replayDelivery(db: Database, webhookId: string, deliveryId: string): Promise<Delivery> {
  return await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('outbox')
      .set({ state: 'pending', attempts: 0, queued_at: sql<Date>`clock_timestamp()`, next_attempt_at: sql<Date>`clock_timestamp()` })
      .where('id', '=', deliveryId)
      .where('webhook_id', '=', webhookId)
      .execute();
    const row = await selectDeliveries(trx).where('o.id', '=', deliveryId).where('o.webhook_id', '=', webhookId).executeTakeFirst();
    if (row === undefined) throw new DeliveryNotFoundError(deliveryId);
    await announce(trx, webhookId);
    return toDelivery(row);
  });
}

/** Queues every kept event of the range that the webhook takes, in its order; those that were never queued for it too. Returns how many. */
export async function replayRange(db: Database, webhook: WebhookRow, range: Replay): Promise<number> {
  const isFailedOnly = range.state === 'failed';
  return await db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ id: string }>`
      insert into tapedeck.outbox as o (id, webhook_id, event_seq, recording_id)
      select 'dlv_' || replace(gen_random_uuid()::text, '-', ''), ${webhook.id}, e.seq, e.recording_id
      from tapedeck.events e
      where e.application_id = ${webhook.application_id} and e.created_at >= ${new Date(range.from)}::timestamptz
        and e.created_at < coalesce(${range.to === undefined ? null : new Date(range.to)}::timestamptz, clock_timestamp())
        and (${range.recording ?? null}::text is null or e.recording_id = ${range.recording ?? null})
        and (array['*', e.type, split_part(e.type, '.', 1) || '.*'] && ${webhook.events})
        and (not ${isFailedOnly}::boolean
          or exists (select from tapedeck.outbox f where f.webhook_id = ${webhook.id} and f.event_seq = e.seq and f.state = 'failed'))
      order by e.seq
      on conflict (webhook_id, event_seq) do update
        set state = 'pending', attempts = 0, queued_at = clock_timestamp(), next_attempt_at = clock_timestamp()
      returning o.id`.execute(trx);
    await announce(trx, webhook.id);
    return rows.length;
  });
}
