import { allowedMoves, isTerminal, recordingStates } from '@tapedeck/protocol';
import type { RecordingState } from '@tapedeck/protocol';
import { sql } from 'kysely';
import { guard } from './database.ts';
import type { Database } from './database.ts';
import { toOrigin } from './dialects/dialect-task.ts';
import { insertFile } from './insert-file.ts';
import { addEvent, announce } from './recordings/announce.ts';
import { countUsage } from './usage/count-usage.ts';
import type { Catalogue, Claim, ClaimOptions } from './types.ts';

const unfinished = recordingStates.filter((state) => !isTerminal(state));
const expiry = (ms: number) => sql<Date>`clock_timestamp() + ${ms} * interval '1 millisecond'`;

/** The recorder's side: who owns which recording, and what it writes while it does. Time is the database's clock alone. */
export function leases(db: Database): Catalogue['leases'] {
  return {
    claimNext: (owner, options) => guard(() => claimNext(db, owner, options)),
    heartbeat: (claim, expiryMs) =>
      guard(async () => {
        const row = await fenced(db, claim)
          .set({ lease_expires_at: expiry(expiryMs) })
          .where('state', 'in', unfinished)
          .returning(['desired', 'layout', 'subscribe'])
          .executeTakeFirst();
        return row ?? null;
      }),
    setPlans: (claim, plans) =>
      guard(async () => {
        const value = JSON.stringify(plans);
        await fenced(db, claim).set({ plans: value }).where('plans', 'is', null).execute();
      }),
    transition: (claim, to, change) => guard(() => transition(db, claim, to, change ?? {})),
    participant: (claim, person) => guard(() => putParticipant(db, claim, person)),
    file: (claim, file) =>
      guard(() =>
        whileOwned(db, claim, async (trx) => {
          await insertFile(trx, claim.recordingId, file);
          await countUsage(trx, claim, file);
        }),
      ),
    event: (claim, type, data) =>
      guard(() =>
        whileOwned(db, claim, (trx) =>
          addEvent(trx, claim.recordingId, type, typeof data === 'object' && data !== null ? data : { value: data }),
        ),
      ),
    dropGrowing: (claim) =>
      guard(() =>
        whileOwned(db, claim, async (trx) => {
          await trx.deleteFrom('files').where('recording_id', '=', claim.recordingId).where('state', '=', 'growing').execute();
        }),
      ),
    delivery: (claim, delivery) =>
      guard(() =>
        whileOwned(db, claim, async (trx) => {
          const value = delivery === null ? null : JSON.stringify(delivery);
          const changed = await trx
            .updateTable('recordings')
            .set({ delivery: value })
            .where('id', '=', claim.recordingId)
            .where(sql<boolean>`delivery is distinct from ${value}::jsonb`)
            .returning('id')
            .executeTakeFirst();
          if (changed !== undefined) await announce(trx, claim.recordingId);
        }),
      ),
    park: (claim, delivery, delayMs) =>
      guard(() =>
        db.transaction().execute(async (trx) => {
          const parked = { owner: null, lease_expires_at: null, next_attempt_at: expiry(delayMs), delivery: JSON.stringify(delivery) };
          const row = await fenced(trx, claim).set(parked).returning('id').executeTakeFirst();
          if (row !== undefined) await announce(trx, claim.recordingId);
        }),
      ),
    release: (claim) =>
      guard(() =>
        db.transaction().execute(async (trx) => {
          const row = await fenced(trx, claim).set({ owner: null, lease_expires_at: null }).returning('id').executeTakeFirst();
          if (row !== undefined) await announce(trx, claim.recordingId);
        }),
      ),
  };
}

/** An update that touches nothing once another owner holds a later epoch. */
function fenced(db: Database, claim: Claim) {
  return db.updateTable('recordings').where('id', '=', claim.recordingId).where('owner', '=', claim.owner).where('epoch', '=', claim.epoch);
}

/** Runs `work` with the row locked, so that no later epoch can begin in between; does nothing when one has begun. */
async function whileOwned(db: Database, claim: Claim, work: (trx: Database) => Promise<void>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('recordings')
      .select('id')
      .where('id', '=', claim.recordingId)
      .where('owner', '=', claim.owner)
      .where('epoch', '=', claim.epoch)
      .forUpdate()
      .executeTakeFirst();
    if (row !== undefined) await work(trx);
  });
}

async function claimNext(
  db: Database,
  owner: string,
  { expiryMs, deadOwners = [], exceptIds = [], takeExpired = true, waiting = true }: ClaimOptions,
): Promise<Claim | null> {
  const free = db
    .selectFrom('recordings')
    .select('id')
    .where('state', 'in', unfinished)
    .where((eb) =>
      eb.or([
        eb('owner', 'is', null),
        ...(takeExpired ? [eb('lease_expires_at', '<', sql<Date>`clock_timestamp()`)] : []),
        ...(deadOwners.length > 0 ? [eb('owner', 'in', [...deadOwners])] : []),
      ]),
    )
    .where((eb) => eb.or([eb('next_attempt_at', 'is', null), eb('next_attempt_at', '<=', sql<Date>`clock_timestamp()`)]))
    .$if(!waiting, (query) => query.where((eb) => eb.or([eb('state', '!=', 'delivering'), eb('delivery', 'is', null)])))
    .$if(exceptIds.length > 0, (query) => query.where('id', 'not in', [...exceptIds]))
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .skipLocked();
  const row = await db
    .updateTable('recordings')
    .set((eb) => ({ owner, epoch: eb('epoch', '+', 1), lease_expires_at: expiry(expiryMs), next_attempt_at: null }))
    .where('id', '=', free)
    .returning(['id', 'application_id', 'room', 'epoch', 'request', 'state', 'desired', 'plans', 'delivery', 'template_id', 'started_at'])
    .returning(['dialect', 'dialect_app_id', 'dialect_task_id', 'origin'])
    .executeTakeFirst();
  if (row === undefined) return null;
  const { epoch, request, state, desired, plans, room, delivery } = row;
  const isAutomatic = row.template_id !== null;
  const hasStarted = row.started_at !== null;
  const ids = { recordingId: row.id, applicationId: row.application_id, isAutomatic, hasStarted, origin: toOrigin(row) };
  return Object.freeze({ ...ids, room, owner, epoch, request, state, desired, plans, delivery });
}

async function transition(
  db: Database,
  claim: Claim,
  to: RecordingState,
  change: NonNullable<Parameters<Catalogue['leases']['transition']>[2]>,
): Promise<boolean> {
  const from = recordingStates.filter((state) => allowedMoves[state].includes(to));
  if (from.length === 0) return false;
  return await db.transaction().execute(async (trx) => {
    const before = await trx.selectFrom('recordings').select('state').where('id', '=', claim.recordingId).forUpdate().executeTakeFirst();
    const moved = await fenced(trx, claim)
      .set({
        state: to,
        ...(change.startedAt === undefined ? {} : { started_at: sql<Date>`coalesce(started_at, ${change.startedAt})` }),
        ...(change.endedAt === undefined ? {} : { ended_at: sql<Date>`coalesce(ended_at, ${change.endedAt})` }),
        ...(change.endReason === undefined ? {} : { end_reason: sql<string>`coalesce(end_reason, ${change.endReason})` }),
        ...(change.error === undefined ? {} : { error: change.error === null ? null : JSON.stringify(change.error) }),
      })
      .where('state', 'in', from)
      .returning('id')
      .executeTakeFirst();
    if (moved === undefined) return false;
    await addEvent(trx, claim.recordingId, 'recording.state_changed', {
      from: before?.state ?? null,
      state: to,
      ...(change.endReason === undefined ? {} : { endReason: change.endReason }),
      ...(change.error === undefined || change.error === null ? {} : { error: change.error }),
    });
    await announce(trx, claim.recordingId);
    return true;
  });
}

async function putParticipant(db: Database, claim: Claim, person: Parameters<Catalogue['leases']['participant']>[1]): Promise<void> {
  await whileOwned(db, claim, async (trx) => {
    const row = {
      recording_id: claim.recordingId,
      identity: person.identity,
      joined_ms: person.joinedMs,
      name: person.name,
      left_ms: person.leftMs,
    };
    const before = await trx
      .selectFrom('participants')
      .select('left_ms')
      .where('recording_id', '=', claim.recordingId)
      .where('identity', '=', person.identity)
      .where('joined_ms', '=', person.joinedMs)
      .executeTakeFirst();
    await trx
      .insertInto('participants')
      .values(row)
      .onConflict((conflict) =>
        conflict.columns(['recording_id', 'identity', 'joined_ms']).doUpdateSet({ name: person.name, left_ms: person.leftMs }),
      )
      .execute();
    const { identity, joinedMs, leftMs } = person;
    if (before === undefined) await addEvent(trx, claim.recordingId, 'participant.joined', { identity, joinedMs });
    if (leftMs !== null && (before?.left_ms ?? null) === null)
      await addEvent(trx, claim.recordingId, 'participant.left', { identity, leftMs });
    await announce(trx, claim.recordingId);
  });
}
