import { dialectDetailsBytes, ValidationError } from '@tapedeck/protocol';
import type { Dialect, DialectOrigin } from '@tapedeck/protocol';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { selectRecordings, toRecording } from '../recordings/recording-row.ts';
import type { DialectTask } from './types.ts';

/** The columns that say which vendor's API made a recording. */
export interface OriginRow {
  readonly dialect: Dialect | null;
  readonly dialect_app_id: string | null;
  readonly dialect_task_id: string | null;
  readonly origin: Pick<DialectOrigin, 'details' | 'fileNames'> | null;
}

/** The origin of a row, frozen; null: the native API made it. */
export function toOrigin(row: OriginRow): DialectOrigin | null {
  const { dialect, dialect_app_id: appId, dialect_task_id: taskId, origin } = row;
  if (dialect === null || appId === null || taskId === null || origin === null) return null;
  return Object.freeze({ dialect, appId, taskId, details: origin.details, fileNames: origin.fileNames });
}

/** What stands in the row of a recording of this origin. @throws {ValidationError} INVALID_REQUEST when the details are too large. */
export function originColumns(origin: DialectOrigin | null) {
  if (origin === null) return { dialect: null, dialect_app_id: null, dialect_task_id: null, origin: null };
  const { dialect, appId, taskId, details, fileNames } = origin;
  checkDetails(details);
  return { dialect, dialect_app_id: appId, dialect_task_id: taskId, origin: JSON.stringify({ details, fileNames }) };
}

/** @throws {ValidationError} INVALID_REQUEST when they are too large. */
export function checkDetails(details: DialectOrigin['details']): void {
  const bytes = Buffer.byteLength(JSON.stringify(details));
  if (bytes > dialectDetailsBytes) throw new ValidationError('', `may take at most ${dialectDetailsBytes} bytes; it takes ${bytes}`);
}

/** What a {@link DialectTask} is made from. */
export function selectTasks(db: Database, applicationId: string) {
  return selectRecordings(db)
    .select(['dialect', 'dialect_app_id', 'dialect_task_id', 'origin'])
    .where('application_id', '=', applicationId)
    .where('dialect', 'is not', null);
}

/** Its capture runs or is about to, and nobody asked it to stop; as the index `one_live_task` has it. */
export const isLive = sql<boolean>`state in ('starting','recording','paused') and desired <> 'stopped'`;

/** One row of {@link selectTasks}. */
export function toTask(row: Parameters<typeof toRecording>[0] & OriginRow): DialectTask {
  const origin = toOrigin(row);
  if (origin === null) throw new Error(`Recording ${row.id} was not made by a dialect.`);
  return Object.freeze({ recording: toRecording(row), origin, desired: row.desired, createdAtMs: row.created_at.getTime() });
}
