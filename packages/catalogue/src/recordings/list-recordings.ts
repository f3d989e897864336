import { ValidationError, limits } from '@tapedeck/protocol';
import type { RecordingPage } from '@tapedeck/protocol';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import type { Catalogue } from '../types.ts';
import { selectRecordings, toRecording } from './recording-row.ts';

type Query = Parameters<Catalogue['recordings']['list']>[1];

/**
 * A page of an application's recordings, newest first. `nextCursor` continues behind the last one, whatever was created meanwhile.
 *
 * @throws {ValidationError} INVALID_REQUEST for a cursor that was not handed out or a limit out of range.
 */
export async function listRecordings(db: Database, applicationId: string, query: Query): Promise<RecordingPage> {
  const { min, max } = limits.listItems;
  const limit = query.limit ?? 50;
  if (!Number.isInteger(limit) || limit < min || limit > max)
    throw new ValidationError('limit', `must be an integer from ${min} to ${max}`, limit);
  let rows = selectRecordings(db).where('application_id', '=', applicationId);
  if (query.room !== undefined) rows = rows.where('room', '=', query.room);
  if (query.state !== undefined) rows = rows.where('state', '=', query.state);
  if (query.prefix !== undefined) rows = rows.where('prefix', 'like', `${query.prefix.replace(/[\\%_]/g, String.raw`\$&`)}%`);
  if (query.from !== undefined) rows = rows.where('created_at', '>=', new Date(query.from));
  if (query.to !== undefined) rows = rows.where('created_at', '<', new Date(query.to));
  const { participant, metadata } = query;
  if (participant !== undefined)
    rows = rows.where((eb) =>
      eb.exists(
        eb
          .selectFrom('participants as p')
          .select('p.identity')
          .whereRef('p.recording_id', '=', 'recordings.id')
          .where('p.identity', '=', participant),
      ),
    );
  if (metadata !== undefined) {
    const colon = metadata.indexOf(':');
    rows = rows.where(sql<boolean>`metadata ->> ${metadata.slice(0, colon)} = ${metadata.slice(colon + 1)}`);
  }
  if (query.cursor !== undefined) rows = rows.where('id', '<', fromCursor(query.cursor));
  const found = await rows
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const items = found.slice(0, limit);
  return { items: items.map(toRecording), nextCursor: found.length > limit ? toCursor(items.at(-1)?.id ?? '') : null };
}

const toCursor = (id: string): string => Buffer.from(`1:${id}`).toString('base64url');

function fromCursor(cursor: string): string {
  const id = /^1:(rec_[0-9a-z]{26})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.[1];
  if (id === undefined) throw new ValidationError('cursor', 'must be a nextCursor of an earlier answer', cursor);
  return id;
}
