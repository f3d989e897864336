import { sql } from 'kysely';
import { guard } from '../database.ts';
import type { Database } from '../database.ts';
import { announce } from '../recordings/announce.ts';
import { selectEvents, toEventRow } from './event-reads.ts';
import { keptDays } from './types.ts';
import type { AttemptOutcome, DueDelivery, Outbox } from './types.ts';
import { signingSecrets } from './webhook-row.ts';

/** The sender's side. */
export function outbox(db: Database, masterKey: Uint8Array): Outbox {
  return {
    claimDue: (owner, options) => guard(() => claimDue(db, masterKey, owner, options)),
    renew: (owner, leaseMs) =>
      guard(async () => {
        await db
          .updateTable('outbox')
          .set({ leased_until: sql<Date>`clock_timestamp() + ${leaseMs} * interval '1 millisecond'` })
          .where('owner', '=', owner)
          .where('state', '=', 'pending')
          .where('leased_until', '>', sql<Date>`clock_timestamp()`)
          .execute();
      }),
    settle: (delivery, outcome, now) => guard(() => settle(db, delivery, outcome, now)),
    nextDueAt: () => guard(() => nextDueAt(db)),
    prune: () => guard(() => prune(db)),
  };
}

/** The oldest unsettled delivery of each webhook and recording; later ones wait for it. */
const heads = sql`select distinct on (o.webhook_id, o.recording_id) o.id, o.webhook_id, o.event_seq, o.next_attempt_at, o.leased_until
  from tapedeck.outbox o join tapedeck.webhooks w on w.id = o.webhook_id and w.enabled
  where o.state = 'pending' order by o.webhook_id, o.recording_id, o.event_seq`;

async function claimDue(
  db: Database,
  masterKey: Uint8Array,
  owner: string,
  options: Parameters<Outbox['claimDue']>[1],
): Promise<readonly DueDelivery[]> {
  const { limit, perWebhook, leaseMs, now } = options;
  // A row that another sender claims at the same moment is waited for and then found leased: its conditions are checked anew.
  const claimed = await sql<{ id: string }>`with heads as materialized (${heads}),
      counted as (select h.*, count(*) filter (where leased_until > clock_timestamp()) over (partition by webhook_id) as busy from heads h),
      due as (select id, busy, row_number() over (partition by webhook_id order by next_attempt_at, event_seq) as turn
        from counted where next_attempt_at <= coalesce(${now ?? null}::timestamptz, clock_timestamp())
          and (leased_until is null or leased_until < clock_timestamp()))
    update tapedeck.outbox o set owner = ${owner}, leased_until = clock_timestamp() + ${leaseMs} * interval '1 millisecond', attempts = o.attempts + 1
    where o.id in (select id from due where turn + busy <= ${perWebhook} order by turn limit ${limit})
      and o.state = 'pending' and (o.leased_until is null or o.leased_until < clock_timestamp())
    returning o.id`.execute(db);
  if (claimed.rows.length === 0) return [];
  const ids = claimed.rows.map((row) => row.id);
  const rows = await selectEvents(db)
    .innerJoin('outbox as o', 'o.event_seq', 'e.seq')
    .innerJoin('webhooks as w', 'w.id', 'o.webhook_id')
    .select(['o.id as delivery_id', 'o.attempts', 'o.queued_at', 'w.id as webhook_id', 'w.url'])
    .select(['w.sealed_secret', 'w.previous_secret', 'w.previous_until'])
    .where('o.id', 'in', ids)
    .orderBy('e.seq')
    .execute();
  return rows.map((row) =>
    Object.freeze({
      ...{ id: row.delivery_id, webhookId: row.webhook_id, applicationId: row.application_id, owner, url: row.url },
      secrets: signingSecrets({ ...row, id: row.webhook_id }, masterKey, now ?? new Date()),
      ...{ event: toEventRow(row), attempt: row.attempts, queuedAt: row.queued_at },
    }),
  );
}

async function settle(db: Database, delivery: DueDelivery, outcome: AttemptOutcome, now: Date | undefined): Promise<boolean> {
  const { state, retryInMs, status, durationMs, error, response } = outcome;
  const at = sql<Date>`coalesce(${now ?? null}::timestamptz, clock_timestamp())`;
  return await db.transaction().execute(async (trx) => {
    const settled = await trx
      .updateTable('outbox')
      .set({
        ...{ state, status, duration_ms: durationMs, error, response, owner: null, leased_until: null, last_attempt_at: at },
        next_attempt_at: sql<Date>`${at} + ${retryInMs} * interval '1 millisecond'`,
      })
      .where('id', '=', delivery.id)
      .where('owner', '=', delivery.owner)
      .where('attempts', '=', delivery.attempt) // replayed meanwhile: it goes out again
      .returning('id')
      .executeTakeFirst();
    if (settled === undefined) await releaseReplayed(trx, delivery);
    if (outcome.isGone)
      await trx
        .updateTable('webhooks')
        .set({ enabled: false, disabled_reason: 'gone' })
        .where('id', '=', delivery.webhookId)
        .where('url', '=', delivery.url)
        .execute();
    if (settled !== undefined && state !== 'pending') await announce(trx, delivery.event.recordingId); // the next in line may go
    return settled !== undefined;
  });
}

async function releaseReplayed(trx: Database, delivery: DueDelivery): Promise<void> {
  await trx
    .updateTable('outbox')
    .set({ owner: null, leased_until: null })
    .where('id', '=', delivery.id)
    .where('owner', '=', delivery.owner)
    .execute();
}

async function nextDueAt(db: Database): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`with heads as (${heads})
    select min(greatest(next_attempt_at, leased_until)) as at from heads`.execute(db);
  return rows[0]?.at ?? null;
}

async function prune(db: Database): Promise<number> {
  const gone = await sql`delete from tapedeck.events e where e.created_at < clock_timestamp() - ${keptDays} * interval '1 day'
    and not e.callbacks_pending and not exists (select from tapedeck.outbox o where o.event_seq = e.seq
      and (o.state = 'pending' or o.queued_at > clock_timestamp() - ${keptDays} * interval '1 day'))`.execute(db);
  return Number(gone.numAffectedRows ?? 0n);
}
