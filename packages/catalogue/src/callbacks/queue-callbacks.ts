import type { Dialect, VendorCallback } from '@tapedeck/protocol';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { newId } from '../new-id.ts';

/** Where callbacks stand among others. */
export interface CallbackPlace {
  readonly applicationId: string;
  readonly dialect: Dialect;
  readonly appId: string;
  /** What keeps an order. */
  readonly lane: string;
  /** What they tell: the same source again adds nothing. */
  readonly sourceId: string;
  readonly about: string | null;
  /** The first attempt is not before that. */
  readonly heldMs: number;
  /** Names of the callbacks that are wanted; null: all. */
  readonly events: readonly string[] | null;
}

/** Queues callbacks in their order behind all that wait in their lane. */
export async function queueCallbacks(trx: Database, place: CallbackPlace, callbacks: readonly VendorCallback[]): Promise<void> {
  for (const [index, { eventName, body }] of callbacks.entries()) {
    if (place.events !== null && !place.events.includes(eventName)) continue;
    await trx
      .insertInto('vendor_callbacks')
      .values({
        ...{ id: newId('vcb'), application_id: place.applicationId, dialect: place.dialect, app_id: place.appId, lane: place.lane },
        ...{ source_id: place.sourceId, number: index, about: place.about, event_name: eventName, body: JSON.stringify(body) },
        next_attempt_at: sql<Date>`clock_timestamp() + ${place.heldMs} * interval '1 millisecond'`,
      })
      .onConflict((conflict) => conflict.columns(['application_id', 'dialect', 'source_id', 'number']).doNothing())
      .execute();
  }
}
