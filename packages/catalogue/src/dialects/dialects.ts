import type { CreateRecording, Dialect, DialectOrigin } from '@tapedeck/protocol';
import { sql } from 'kysely';
import { guard } from '../database.ts';
import type { Database } from '../database.ts';
import { RecordingNotFoundError } from '../errors.ts';
import { checkStorage } from '../recordings/check-storage.ts';
import { insertRecording } from '../recordings/insert-recording.ts';
import { applicationOf } from './application-of.ts';
import { checkDetails, isLive, selectTasks, toTask } from './dialect-task.ts';
import type { Dialects, DialectTask } from './types.ts';

/** Recordings by a vendor's names. */
export function dialects(db: Database, masterKey: Uint8Array): Dialects {
  return {
    create: (applicationId, request, origin) =>
      guard(async () => {
        const made = await create(db, applicationId, request, origin, null);
        if (made === null) throw new Error('A task that may always start was refused.');
        return made;
      }),
    createIf: (applicationId, request, origin, mayStart) => guard(() => create(db, applicationId, request, origin, mayStart)),
    find: (applicationId, { dialect, appId, taskId, room }) =>
      guard(async () => {
        const row = await selectTasks(db, applicationId)
          .where('dialect', '=', dialect)
          .where('dialect_app_id', '=', appId)
          .where('dialect_task_id', '=', taskId)
          .$if(room !== undefined, (query) => query.where('room', '=', room ?? ''))
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirst();
        return row === undefined ? null : toTask(row);
      }),
    setDetails: (applicationId, recordingId, details) => guard(() => setDetails(db, applicationId, recordingId, details)),
    live: (applicationId, dialect) => guard(() => liveTasks(db, applicationId, dialect)),
    applicationOf: (dialect, appId) => guard(() => applicationOf(db, masterKey, dialect, appId)),
  };
}

async function liveTasks(db: Database, applicationId: string, dialect: Dialect): Promise<readonly DialectTask[]> {
  const rows = await selectTasks(db, applicationId).where('dialect', '=', dialect).where(isLive).orderBy('id').execute();
  return rows.map(toTask);
}

type Made = { readonly task: DialectTask; readonly isNew: boolean };

/** @param mayStart null: it always may. Asked of one caller after the other. */
async function create(
  db: Database,
  applicationId: string,
  request: CreateRecording,
  origin: DialectOrigin,
  mayStart: ((live: readonly DialectTask[]) => boolean) | null,
): Promise<Made | null> {
  await checkStorage(db, applicationId, request.storage);
  for (;;) {
    const id = await db.transaction().execute(async (trx) => {
      if (mayStart !== null) {
        await sql`select pg_advisory_xact_lock(hashtext(${`${applicationId} ${origin.dialect} tasks`}))`.execute(trx);
        if (!mayStart(await liveTasks(trx, applicationId, origin.dialect))) return 'refused';
      }
      return await insertRecording(trx, applicationId, request, null, origin);
    });
    if (id === 'refused') return null;
    const { dialect, appId, taskId } = origin;
    const tasks = selectTasks(db, applicationId);
    const row = await (
      id === null
        ? tasks
            .where('dialect', '=', dialect)
            .where('dialect_app_id', '=', appId)
            .where('dialect_task_id', '=', taskId)
            .where('room', '=', request.room)
            .where(isLive)
        : tasks.where('id', '=', id)
    ).executeTakeFirst();
    if (row !== undefined) return { task: toTask(row), isNew: id !== null };
    if (id !== null) throw new RecordingNotFoundError(id); // deleted in this moment
    // The one that was in the way has ended meanwhile: its name is free.
  }
}

async function setDetails(db: Database, applicationId: string, id: string, details: DialectOrigin['details']): Promise<void> {
  checkDetails(details);
  await db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('recordings')
      .select('origin')
      .where('id', '=', id)
      .where('application_id', '=', applicationId)
      .where('dialect', 'is not', null)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) throw new RecordingNotFoundError(id);
    const origin = JSON.stringify({ details, fileNames: row.origin?.fileNames ?? null });
    await trx.updateTable('recordings').set({ origin }).where('id', '=', id).execute();
  });
}
