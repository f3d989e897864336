import type { DialectTask } from '@tapedeck/catalogue';
import { TencentError } from '../errors.ts';
import { findStorage } from '../mapping/find-storage.ts';
import { roomOf } from '../mapping/room-name.ts';
import type { TencentRoom } from '../mapping/room-name.ts';
import { detailsOf } from '../mapping/task-details.ts';
import { taskIdOf } from '../mapping/task-id.ts';
import { checkStorageParams, toOrigin, toRecording } from '../mapping/to-recording.ts';
import { recordingCodes } from '../parameters/code-style.ts';
import { CreateCloudRecordingSchema } from '../parameters/recording-schemas.ts';
import type { CreateCloudRecording } from '../parameters/recording-schemas.ts';
import { checkPrivateMapKey, checkUserSig } from '../tickets/user-sig.ts';
import { defineAction, recordingFacts } from './action.ts';
import type { ActionContext } from './action.ts';
import { endTask, leaveCodes } from './end-task.ts';
import { checkOwnApp } from './own-app.ts';

const usualMostTasks = 100;

/** Starts a recording. The very same call again (byte for byte) is answered with the same TaskId, and nothing starts. */
export const createCloudRecording = defineAction({
  ...recordingFacts,
  ...{ schema: CreateCloudRecordingSchema, codes: recordingCodes, isWrite: true },
  run: async (context, call) => {
    const owner = await checkOwnApp(context, call.SdkAppId, 'InvalidParameter.SdkAppId');
    const room = roomOf(call.RoomId, call.RoomIdType ?? 1);
    checkStorageParams(call);
    toRecording(call, room, 'default'); // everything is right before a ticket is looked at or a storage is made
    await checkTickets(context, call, room, owner.secret);
    const taskId = taskIdOf(context.application.secret, context.signature);
    const { dialects } = context.options.catalogue;
    const name = { dialect: 'tencent', appId: String(call.SdkAppId), taskId } as const;
    const before = await dialects.find(context.application.id, name);
    if (before === null) await start(context, call, room, taskId);
    return { TaskId: taskId };
  },
});

async function start(context: ActionContext, call: CreateCloudRecording, room: TencentRoom, taskId: string): Promise<void> {
  const { options, application, nowMs } = context;
  const { dialects } = options.catalogue;
  const mostTasks = options.maxTasks ?? usualMostTasks;
  /** Those that this one does not push out. The very same call may have come at the same moment: its task is this one. */
  const mayStart = (tasks: readonly DialectTask[]): boolean =>
    tasks.filter((task) => task.origin.taskId !== taskId && !isSameRobot(task, call, room)).length < mostTasks;
  if (!mayStart(await dialects.live(application.id, 'tencent'))) throw tooMany(mostTasks); // before a storage is made
  const { CloudStorage } = call.StorageParams;
  const storage = CloudStorage === undefined ? 'default' : await findStorage(options, application.id, CloudStorage);
  const recording = toRecording(call, room, storage);
  await options.admit?.(application, recording);
  const made = await dialects.createIf(application.id, recording, toOrigin(call, room, taskId, nowMs), mayStart);
  if (made === null) throw tooMany(mostTasks);
  // The newest stays, also where several calls came at the same moment.
  const rivals = (await dialects.live(application.id, 'tencent')).filter((task) => isSameRobot(task, call, room));
  for (const task of rivals.slice(0, -1)) await endTask(context, task, leaveCodes.pushedOut);
}

const tooMany = (most: number): TencentError =>
  new TencentError('FailedOperation.RestrictedConcurrency', `The application has ${most} live recordings, as many as it may have.`);

/** A robot that enters a room interrupts the one with its user id. */
function isSameRobot({ origin, recording }: DialectTask, call: CreateCloudRecording, room: TencentRoom): boolean {
  const details = detailsOf(origin);
  return (
    origin.appId === String(call.SdkAppId) && recording.room === room.id && details.kind === 'recording' && details.robot === call.UserId
  );
}

/** @param secret The application's primary one, whichever of its keys signed the call. */
async function checkTickets(context: ActionContext, call: CreateCloudRecording, room: TencentRoom, secret: string): Promise<void> {
  const { options, application, nowMs } = context;
  const { tencent } = await options.catalogue.applications.settings(application.id);
  const holder = { userId: call.UserId, sdkAppId: call.SdkAppId, key: tencent.userSigKey ?? secret, nowMs };
  const userSig = checkUserSig(call.UserSig, holder);
  if (userSig !== null) throw new TencentError('InvalidParameter.UserSig', `The UserSig ${userSig}.`);
  const { PrivateMapKey = '' } = call;
  const mapKey = PrivateMapKey === '' ? null : checkPrivateMapKey(PrivateMapKey, holder, room);
  if (mapKey !== null) throw new TencentError('InvalidParameter.OutOfRange', `The PrivateMapKey ${mapKey}.`);
}
