import { sql } from 'kysely';
import { readSettings } from '../application-settings.ts';
import { guard } from '../database.ts';
import type { Database } from '../database.ts';
import { announce } from '../recordings/announce.ts';
import { openSecret } from '../sealed-secret.ts';
import { addRoomNotice, callbackTargets } from './room-callbacks.ts';
import { presentEvents } from './present-events.ts';
import type { CallbackOutbox, CallbackOutcome, DueCallback } from './types.ts';

/** Settled callbacks are kept for so long, so that what is told twice is known. */
const keptHours = 24;

export function callbackOutbox(db: Database, masterKey: Uint8Array): CallbackOutbox {
  return {
    present: (limit, make) => guard(() => presentEvents(db, masterKey, limit, make)),
    targets: () => guard(() => callbackTargets(db)),
    addRoomNotice: (target, notice, callbacks, heldMs) => guard(() => addRoomNotice(db, target, notice, callbacks, heldMs)),
    claimDue: (owner, options) => guard(() => claimDue(db, masterKey, owner, options)),
    renew: (owner, leaseMs) =>
      guard(async () => {
        await db
          .updateTable('vendor_callbacks')
          .set({ leased_until: sql<Date>`clock_timestamp() + ${leaseMs} * interval '1 millisecond'` })
          .where('owner', '=', owner)
          .where('state', '=', 'pending')
          .where('leased_until', '>', sql<Date>`clock_timestamp()`)
          .execute();
      }),
    settle: (callback, outcome, now) => guard(() => settle(db, callback, outcome, now)),
    nextDueAt: () =>
      guard(async () => {
        const { rows } = await sql<{ at: Date | null }>`with heads as (${heads})
          select min(greatest(next_attempt_at, leased_until)) as at from heads`.execute(db);
        return rows[0]?.at ?? null;
      }),
    prune: () =>
      guard(async () => {
        const gone = await db
          .deleteFrom('vendor_callbacks')
          .where('state', '!=', 'pending')
          .where('settled_at', '<', sql<Date>`clock_timestamp() - ${keptHours} * interval '1 hour'`)
          .executeTakeFirst();
        return Number(gone.numDeletedRows);
      }),
  };
}

/** The oldest unsettled callback of each lane; later ones wait for it. */
const heads = sql`select distinct on (application_id, dialect, lane) id, application_id, position, next_attempt_at, leased_until
  from tapedeck.vendor_callbacks where state = 'pending' order by application_id, dialect, lane, position`;

async function claimDue(
  db: Database,
  masterKey: Uint8Array,
  owner: string,
  { limit, perApplication, leaseMs, now }: Parameters<CallbackOutbox['claimDue']>[1],
): Promise<readonly DueCallback[]> {
  // A row that another sender claims at the same moment is waited for and then found leased: its conditions are checked anew.
  const claimed = await sql<{ id: string }>`with heads as materialized (${heads}),
      counted as (select h.*, count(*) filter (where leased_until > clock_timestamp()) over (partition by application_id) as busy from heads h),
      due as (select id, busy, row_number() over (partition by application_id order by next_attempt_at, position) as turn
        from counted where next_attempt_at <= coalesce(${now ?? null}::timestamptz, clock_timestamp())
          and (leased_until is null or leased_until < clock_timestamp()))
    update tapedeck.vendor_callbacks c set owner = ${owner}, leased_until = clock_timestamp() + ${leaseMs} * interval '1 millisecond', attempts = c.attempts + 1
    where c.id in (select id from due where turn + busy <= ${perApplication} order by turn limit ${limit})
      and c.state = 'pending' and (c.leased_until is null or c.leased_until < clock_timestamp())
    returning c.id`.execute(db);
  if (claimed.rows.length === 0) return [];
  const ids = claimed.rows.map((row) => row.id);
  const rows = await db
    .selectFrom('vendor_callbacks as c')
    .innerJoin('applications as a', 'a.id', 'c.application_id')
    .select(['c.id', 'c.application_id', 'c.dialect', 'c.app_id', 'c.event_name', 'c.body', 'c.attempts', 'c.queued_at', 'a.sealed_secret'])
    .where('c.id', 'in', ids)
    .orderBy('c.position')
    .execute();
  const settings = new Map<string, Awaited<ReturnType<typeof readSettings>>>();
  const due: DueCallback[] = [];
  for (const row of rows) {
    const known = settings.get(row.application_id) ?? (await readSettings(db, masterKey, row.application_id));
    settings.set(row.application_id, known);
    const { callbackUrl, callbackKey } = known[row.dialect];
    due.push(
      Object.freeze({
        ...{ id: row.id, applicationId: row.application_id, owner, dialect: row.dialect, appId: row.app_id, url: callbackUrl },
        key: callbackKey ?? openSecret(row.sealed_secret, row.application_id, masterKey),
        callback: { eventName: row.event_name, body: row.body },
        ...{ attempt: row.attempts, queuedAt: row.queued_at },
      }),
    );
  }
  return due;
}

async function settle(
  db: Database,
  callback: DueCallback,
  { state, retryInMs, status, error }: CallbackOutcome,
  now?: Date,
): Promise<boolean> {
  const at = sql<Date>`coalesce(${now ?? null}::timestamptz, clock_timestamp())`;
  return await db.transaction().execute(async (trx) => {
    const settled = await trx
      .updateTable('vendor_callbacks')
      .set({
        ...{ state, status, error, owner: null, leased_until: null },
        next_attempt_at: sql<Date>`${at} + ${retryInMs} * interval '1 millisecond'`,
        settled_at: state === 'pending' ? null : sql<Date>`clock_timestamp()`,
      })
      .where('id', '=', callback.id)
      .where('owner', '=', callback.owner)
      .where('attempts', '=', callback.attempt)
      .returning('id')
      .executeTakeFirst();
    if (settled !== undefined && state !== 'pending') await announce(trx, callback.id); // the next in line may go
    return settled !== undefined;
  });
}
