import { type DialectTask, InvalidStateError, StorageNameTakenError } from '@tapedeck/catalogue';
import { parsePatchRecording } from '@tapedeck/protocol';
import { activeTaskNotFound } from '../errors.ts';
import { nativeLayout } from '../map/native-layout.ts';
import { presentTask } from '../map/present-task.ts';
import { resolveStorage } from '../map/resolve-storage.ts';
import { subscribeRules } from '../map/subscribe-rules.ts';
import { detailsOf } from '../map/task-details.ts';
import { inVendorsWords, toRecording } from '../map/to-recording.ts';
import { Fields } from '../read/fields.ts';
import { readTaskName, type TaskName } from '../read/names.ts';
import { readStartRecord } from '../read/start-record.ts';
import { readUpdateRecord } from '../read/update-record.ts';
import { isStrict } from '../versions.ts';
import { type Action, type Call, checkApplication } from './action.ts';

const repeated = 'The task has been started. Please do not call the startup task interface repeatedly';
/** Older tasks are not found by `GetRecordTask`. */
const keptMs = 72 * 3600 * 1000;

/** Starts a recording; of a task that runs nothing is started, and the answer says so. */
export const startRecord: Action = async (call) => {
  const body = call.body();
  const { appId } = readTaskName(new Fields(body, '', isStrict(call.version)));
  const { id: applicationId } = await checkApplication(call, appId);
  const start = readStartRecord(body, call.version);
  const { catalogue, admit, storages } = call.options;
  const storage = await resolveStorage(start.storage, {
    list: () => catalogue.storages.list(applicationId),
    // The same keys again, also at the same moment, are the same storage.
    create: async (made) => {
      if ((await catalogue.storages.byName(applicationId, made.name)) !== null) return;
      await catalogue.storages.create(applicationId, made, null).catch((error: unknown) => {
        if (!(error instanceof StorageNameTakenError)) throw error;
      });
    },
    isAllowed: (endpoint) => storages?.isAllowed(endpoint) === true,
  });
  const { request, origin } = toRecording(start, storage);
  await admit?.(call.application, request);
  const { isNew } = await catalogue.dialects.create(applicationId, request, origin);
  return isNew ? 'ok' : repeated;
};

/** Changes streams, background and regions of a running composite with a custom layout. */
export const updateRecord: Action = async (call) => {
  const body = call.body();
  const name = readTaskName(new Fields(body, '', isStrict(call.version)));
  const { recording, origin } = await liveTask(call, name);
  const details = readUpdateRecord(body, call.version, detailsOf(origin));
  const { canvas, regions, targets, excludes, isAudioOnly } = details;
  if (canvas === null) throw activeTaskNotFound(); // readUpdateRecord has refused it
  const mediaTypes = new Map(regions.map((region) => [region.streamIndex, region.mediaType] as const));
  const change = inVendorsWords(() =>
    parsePatchRecording(
      {
        layout: nativeLayout({ mode: 'custom', canvas, regions }, targets),
        subscribe: subscribeRules({ targets, excludes, isAudioOnly, mediaTypes }),
      },
      isAudioOnly ? [] : [canvas],
    ),
  );
  const applicationId = call.application.id;
  const { recordings, dialects } = call.options.catalogue;
  await whileLive(() => recordings.patch(applicationId, recording.id, change));
  await dialects.setDetails(applicationId, recording.id, { ...details });
  return 'ok';
};

/** Asks a running task to end. */
export const stopRecord: Action = async (call) => {
  const name = readTaskName(new Fields(call.body(), '', isStrict(call.version)));
  const { recording } = await liveTask(call, name);
  await whileLive(() => call.options.catalogue.recordings.setDesired(call.application.id, recording.id, 'stopped'));
  return 'ok';
};

/** Shows the newest task of a name. */
export const getRecordTask: Action = async (call) => {
  const name = readTaskName(new Fields(call.query, '', isStrict(call.version)));
  const task = await findTask(call, name);
  if (task === null || call.nowMs - task.createdAtMs > keptMs) throw activeTaskNotFound();
  return { RecordTask: presentTask(task) };
};

/** The application's newest task of this name, or null. Whose the AppId is matters only where there is none: what is found is the application's. */
async function findTask(call: Call, { appId, roomId, taskId }: TaskName): Promise<DialectTask | null> {
  const { application, options } = call;
  const task = await options.catalogue.dialects.find(application.id, { dialect: 'volcengine', appId, taskId, room: roomId });
  if (task === null) await checkApplication(call, appId);
  return task;
}

/** The task that captures or is about to. @throws {VolcengineError} InvalidParameter.ErrorActiveTaskNotFound */
async function liveTask(call: Call, name: TaskName): Promise<DialectTask> {
  const task = await findTask(call, name);
  const isLive = task !== null && task.desired !== 'stopped' && ['starting', 'recording', 'paused'].includes(task.recording.state);
  if (!isLive) throw activeTaskNotFound();
  return task;
}

/** It may have ended since it was looked for. */
async function whileLive(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw error instanceof InvalidStateError ? activeTaskNotFound() : error;
  }
}
