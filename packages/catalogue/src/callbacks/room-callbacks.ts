import type { Dialect, RoomNoticeType, VendorCallback } from '@tapedeck/protocol';
import { sql, type RawBuilder } from 'kysely';
import type { Database } from '../database.ts';
import { announce } from '../recordings/announce.ts';
import { queueCallbacks } from './queue-callbacks.ts';
import type { CallbackTarget, NewRoomNotice } from './types.ts';

const stops: readonly RoomNoticeType[] = ['audio-stopped', 'video-stopped', 'screen-stopped'];
const starts: readonly RoomNoticeType[] = ['audio-started', 'video-started', 'screen-started'];

/** Of all applications: who has set where a dialect's callbacks go. Rooms are everybody's, as `GET /v1/rooms` shows them. */
export async function callbackTargets(db: Database): Promise<readonly CallbackTarget[]> {
  const { rows } = await sql<{ id: string; dialect: Dialect; app_id: string | null; events: readonly string[] | null }>`
    select a.id, d.dialect, coalesce(a.settings -> d.dialect ->> d.list, '[]')::jsonb ->> 0 as app_id,
      a.settings -> d.dialect -> 'callbackEvents' as events
    from tapedeck.applications a, (values ('tencent', 'sdkAppIds'), ('volcengine', 'appIds')) d (dialect, list)
    where a.settings -> d.dialect ->> 'callbackUrl' is not null order by a.id, d.dialect`.execute(db);
  return rows.map(({ id, dialect, app_id: appId, events }) => ({ applicationId: id, dialect, appId: appId ?? '0', events }));
}

/**
 * See `CallbackOutbox.addRoomNotice`. LiveKit tells that tracks ended before (or, with bad luck, after) it tells that their publisher left, and, with bad luck, that tracks began before it tells that
 * their publisher came.
 */
export async function addRoomNotice(
  db: Database,
  { applicationId, dialect, appId, events }: CallbackTarget,
  { notice, stayId }: NewRoomNotice,
  callbacks: readonly VendorCallback[],
  heldMs: number,
): Promise<void> {
  const isStop = stops.includes(notice.type);
  const lane = `room ${notice.room}`;
  const about = stayId === null ? null : `${isStop ? 'stop' : notice.type} ${stayId}`;
  await db.transaction().execute(async (trx) => {
    // One after the other in a lane, so that each of two at once sees what the other did.
    await sql`select pg_advisory_xact_lock(hashtext(${`${applicationId} ${dialect} ${lane}`}))`.execute(trx);
    const ofStay = (what: string) =>
      sql<boolean>`application_id = ${applicationId} and dialect = ${dialect} and about = ${`${what} ${stayId ?? ''}`}`;
    if (notice.type === 'left' && stayId !== null)
      await trx.deleteFrom('vendor_callbacks').where(ofStay('stop')).where('state', '=', 'pending').where('attempts', '=', 0).execute();
    if (isStop && stayId !== null) {
      const left = await trx.selectFrom('vendor_callbacks').select('id').where(ofStay('left')).limit(1).executeTakeFirst();
      if (left !== undefined) return;
    }
    const isEarly =
      starts.includes(notice.type) &&
      stayId !== null &&
      (await trx.selectFrom('vendor_callbacks').select('id').where(ofStay('joined')).limit(1).executeTakeFirst()) === undefined;
    const place = { applicationId, dialect, appId, lane, sourceId: notice.id, about, heldMs: isStop || isEarly ? heldMs : 0, events };
    await queueCallbacks(trx, place, callbacks);
    if (notice.type === 'joined') for (const start of starts) await sendBehind(trx, ofStay(start));
    await announce(trx, 'callbacks');
  });
}

/** Lets callbacks that nobody has tried go now, behind everything that waits. */
async function sendBehind(trx: Database, which: RawBuilder<boolean>): Promise<void> {
  await sql`update tapedeck.vendor_callbacks set position = default, next_attempt_at = clock_timestamp()
    where ${which} and state = 'pending' and attempts = 0`.execute(trx);
}
