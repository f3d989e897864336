import { isTerminal } from '@tapedeck/protocol';
import type { CreateRecording, Recording, RecordingState } from '@tapedeck/protocol';
import type { Database } from '../database.ts';
import { InvalidStateError, RecordingNotFoundError } from '../errors.ts';
import type { DesiredState, FilePlace, RecordingHome } from '../types.ts';
import { addEvent, announce } from './announce.ts';
import { selectRecordings, toRecording } from './recording-row.ts';

const capturing: readonly RecordingState[] = ['starting', 'recording', 'paused'];
const verbs = { recording: 'resumed', paused: 'paused', stopped: 'stopped' } as const;

interface LockedRow {
  readonly state: RecordingState;
  readonly desired: DesiredState;
  readonly request: CreateRecording;
  /** Not null: it waits for its storage, and nobody works on it. */
  readonly next_attempt_at: Date | null;
}

/**
 * Says what a recording should do; its recorder makes it so. What is desired already is no change and no error, so a repeat is harmless.
 *
 * @throws {RecordingNotFoundError} RECORDING_NOT_FOUND
 * @throws {InvalidStateError} RECORDING_STATE when capture has ended (or its end was asked for) and something else is wanted.
 */
export async function setDesired(db: Database, applicationId: string, id: string, desired: DesiredState): Promise<Recording> {
  return await change(db, applicationId, id, async (trx, row) => {
    if (row.desired === desired && (desired === 'stopped' || capturing.includes(row.state))) return;
    if (!capturing.includes(row.state) || row.desired === 'stopped') {
      const isEnding = desired === 'stopped' && !isTerminal(row.state);
      if (isEnding) return; // it ends already: what was asked for happens
      throw new InvalidStateError(id, row.state, verbs[desired]);
    }
    await trx.updateTable('recordings').set({ desired }).where('id', '=', id).execute();
    await addEvent(trx, id, `recording.${desired === 'recording' ? 'resume' : desired === 'paused' ? 'pause' : 'stop'}_requested`, {});
    await announce(trx, id);
  });
}

/**
 * Changes a recording: layout and subscriptions while it captures (its recorder is told), metadata at any time (replaced as a whole).
 *
 * @throws {RecordingNotFoundError} RECORDING_NOT_FOUND
 * @throws {InvalidStateError} RECORDING_STATE when it does not capture any more.
 */
export async function patchRecording(
  db: Database,
  applicationId: string,
  id: string,
  wanted: { layout?: unknown; subscribe?: unknown; metadata?: unknown },
): Promise<Recording> {
  return await change(db, applicationId, id, async (trx, row) => {
    const { layout, subscribe, metadata } = wanted;
    const isLive = layout !== undefined || subscribe !== undefined;
    if (isLive && (!capturing.includes(row.state) || row.desired === 'stopped')) throw new InvalidStateError(id, row.state, 'changed');
    const outputs = row.request.outputs.map((output) =>
      output.type === 'composite' && layout !== undefined ? { ...output, layout } : output,
    );
    const request = {
      ...row.request,
      outputs,
      ...(subscribe === undefined ? {} : { subscribe }),
      ...(metadata === undefined ? {} : { metadata }),
    };
    await trx
      .updateTable('recordings')
      .set({
        request: JSON.stringify(request),
        ...(layout === undefined ? {} : { layout: JSON.stringify(layout) }),
        ...(subscribe === undefined ? {} : { subscribe: JSON.stringify(subscribe) }),
        ...(metadata === undefined ? {} : { metadata: JSON.stringify(metadata) }),
      })
      .where('id', '=', id)
      .execute();
    await addEvent(trx, id, 'recording.changed', { ...wanted });
    await announce(trx, id);
  });
}

/**
 * Forgets a recording whose life has ended, or whose files wait for their storage, with everything that hangs on it.
 *
 * @returns The places of its files.
 * @throws {RecordingNotFoundError} RECORDING_NOT_FOUND
 * @throws {InvalidStateError} RECORDING_STATE while it runs.
 */
export async function deleteRecording(
  db: Database,
  applicationId: string,
  id: string,
  removeFiles: (files: readonly FilePlace[], home: RecordingHome | null) => Promise<void> = async () => undefined,
): Promise<readonly FilePlace[]> {
  return await db.transaction().execute(async (trx) => {
    const row = await lock(trx, applicationId, id);
    // One that waits, for its storage or for the node that has its log, is nobody's: who deletes it gives up what it waits for.
    const isWaiting = row.next_attempt_at !== null;
    if (!isTerminal(row.state) && !isWaiting) throw new InvalidStateError(id, row.state, 'deleted');
    const files = await trx
      .selectFrom('files')
      .select(['key', 'storage', 'storage_path as storagePath'])
      .where('recording_id', '=', id)
      .execute();
    await addEvent(trx, id, 'recording.deleted', { keys: files.map((file) => file.key) }, { files: [] });
    await trx.deleteFrom('recordings').where('id', '=', id).execute();
    const { storage, prefix } = row.request;
    const home = row.state === 'aborted' ? null : { storage, folder: `${prefix}${id}` };
    await removeFiles(files, home); // last: when it fails, all is as it was
    return files;
  });
}

async function change(
  db: Database,
  applicationId: string,
  id: string,
  work: (trx: Database, row: LockedRow) => Promise<void>,
): Promise<Recording> {
  return await db.transaction().execute(async (trx) => {
    await work(trx, await lock(trx, applicationId, id));
    return toRecording(await selectRecordings(trx).where('id', '=', id).executeTakeFirstOrThrow());
  });
}

async function lock(trx: Database, applicationId: string, id: string): Promise<LockedRow> {
  const row = await trx
    .selectFrom('recordings')
    .select(['state', 'desired', 'request', 'next_attempt_at'])
    .where('id', '=', id)
    .where('application_id', '=', applicationId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new RecordingNotFoundError(id);
  return row;
}
