import { ValidationError, limits } from '@tapedeck/protocol';
import type { Delivery, DeliveryPage, DeliveryQuery } from '@tapedeck/protocol';
import type { Database } from '../database.ts';

/** A page of a webhook's delivery log, newest event first. @throws {ValidationError} INVALID_REQUEST for a cursor that was not handed out. */
export async function listDeliveries(db: Database, webhookId: string, query: DeliveryQuery): Promise<DeliveryPage> {
  const limit = query.limit ?? 50;
  if (limit < limits.listItems.min || limit > limits.listItems.max)
    throw new ValidationError('limit', `must be an integer from ${limits.listItems.min} to ${limits.listItems.max}`, limit);
  let rows = selectDeliveries(db).where('o.webhook_id', '=', webhookId);
  if (query.state !== undefined) rows = rows.where('o.state', '=', query.state);
  if (query.recording !== undefined) rows = rows.where('o.recording_id', '=', query.recording);
  if (query.cursor !== undefined) rows = rows.where('o.event_seq', '<', fromCursor(query.cursor));
  const found = await rows
    .orderBy('o.event_seq', 'desc')
    .limit(limit + 1)
    .execute();
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items: items.map(toDelivery), nextCursor: found.length > limit && last !== undefined ? toCursor(last.event_seq) : null };
}

/** Deliveries with every column of {@link toDelivery}; the table is `o`. */
export function selectDeliveries(db: Database) {
  return db
    .selectFrom('outbox as o')
    .innerJoin('events as e', 'e.seq', 'o.event_seq')
    .select(['o.id', 'o.event_seq', 'o.recording_id', 'o.state', 'o.attempts', 'o.created_at', 'o.queued_at', 'o.last_attempt_at'])
    .select(['o.next_attempt_at', 'o.status', 'o.duration_ms', 'o.error', 'o.response', 'e.id as event_id', 'e.type']);
}

interface DeliveryRow {
  readonly id: string;
  readonly event_id: string;
  readonly type: string;
  readonly recording_id: string;
  readonly state: Delivery['state'];
  readonly attempts: number;
  readonly created_at: Date;
  readonly queued_at: Date;
  readonly last_attempt_at: Date | null;
  readonly next_attempt_at: Date;
  readonly status: number | null;
  readonly duration_ms: number | null;
  readonly error: string | null;
  readonly response: string | null;
}

/** The delivery as answers show it. */
export function toDelivery(row: DeliveryRow): Delivery {
  return {
    ...{ id: row.id, eventId: row.event_id, type: row.type, recordingId: row.recording_id, state: row.state, attempts: row.attempts },
    createdAt: row.created_at.toISOString(),
    queuedAt: row.queued_at.toISOString(),
    lastAttemptAt: row.last_attempt_at?.toISOString() ?? null,
    nextAttemptAt: row.state === 'pending' ? row.next_attempt_at.toISOString() : null,
    ...{ status: row.status, durationMs: row.duration_ms, error: row.error, response: row.response },
  };
}

const toCursor = (seq: string): string => Buffer.from(`d:${seq}`).toString('base64url');

function fromCursor(cursor: string): string {
  const seq = /^d:(\d{1,18})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.[1];
  if (seq === undefined) throw new ValidationError('cursor', 'must be a nextCursor of an earlier answer', cursor);
  return seq;
}
