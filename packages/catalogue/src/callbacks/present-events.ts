import type { VendorCallback } from '@tapedeck/protocol';
import { sql } from 'kysely';
import { readSettings } from '../application-settings.ts';
import type { Database } from '../database.ts';
import { selectEvents, toEventRow } from '../events/event-reads.ts';
import { announce } from '../recordings/announce.ts';
import { queueCallbacks } from './queue-callbacks.ts';
import type { DialectEventRow } from './types.ts';

const presentLock = 0x7a9ef;

/** Queues the callbacks of the next committed events and clears their marks, in one transaction. Returns how many events were taken. */
export async function presentEvents(
  db: Database,
  masterKey: Uint8Array,
  limit: number,
  make: (event: DialectEventRow) => readonly VendorCallback[],
): Promise<number> {
  const waiting = await db.selectFrom('events').select('seq').where('callbacks_pending', '=', true).limit(1).executeTakeFirst();
  if (waiting === undefined) return 0;
  return await db.transaction().execute(async (trx) => {
    // One at a time: of two at once the later events of a recording could be queued, and sent, first. A recording's events are numbered in the order of their commits.
    const lock = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${presentLock}) as mine`.execute(trx);
    if (lock.rows[0]?.mine !== true) return 0;
    const rows = await selectEvents(trx)
      .select(['e.seq', 'e.origin'])
      .where('e.callbacks_pending', '=', true)
      .orderBy('e.seq')
      .limit(limit)
      .execute();
    const settings = new Map<string, Awaited<ReturnType<typeof readSettings>>>();
    for (const row of rows) {
      const { origin, application_id: applicationId } = row;
      const known = settings.get(applicationId) ?? (await readSettings(trx, masterKey, applicationId));
      settings.set(applicationId, known);
      if (origin === null || known[origin.dialect].callbackUrl === null) continue;
      const { dialect, appId } = origin;
      const events = dialect === 'volcengine' ? known.volcengine.callbackEvents : null;
      const place = { applicationId, dialect, appId, lane: row.recording_id, sourceId: row.id, about: null, heldMs: 0, events };
      await queueCallbacks(trx, place, make({ ...toEventRow(row), origin }));
    }
    const seqs = rows.map((row) => row.seq);
    if (seqs.length > 0) await trx.updateTable('events').set({ callbacks_pending: false }).where('seq', 'in', seqs).execute();
    await announce(trx, 'callbacks');
    return rows.length;
  });
}
