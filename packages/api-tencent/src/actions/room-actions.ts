import type { DialectTask } from '@tapedeck/catalogue';
import { TencentError } from '../errors.ts';
import { detailsOf } from '../mapping/task-details.ts';
import { roomCodes } from '../parameters/code-style.ts';
import { missing } from '../parameters/read-parameters.ts';
import {
  DismissRoomByStrRoomIdSchema,
  DismissRoomSchema,
  RemoveUserByStrRoomIdSchema,
  RemoveUserSchema,
} from '../parameters/room-schemas.ts';
import { defineAction } from './action.ts';
import type { ActionContext } from './action.ts';
import { endTask, leaveCodes } from './end-task.ts';
import { checkOwnApp } from './own-app.ts';

const facts = { version: '2019-07-22', internalCode: 'InternalError', codes: roomCodes, isWrite: true } as const;

/** Everybody leaves an integer room, which is closed. */
export const dismissRoom = defineAction({ ...facts, schema: DismissRoomSchema, run: dismiss });
/** The same for a string room. */
export const dismissRoomByStrRoomId = defineAction({ ...facts, schema: DismissRoomByStrRoomIdSchema, run: dismiss });
/** Some people leave an integer room, recording robots with them; who is not there is passed over. */
export const removeUser = defineAction({ ...facts, schema: RemoveUserSchema, run: remove });
/** The same for a string room. */
export const removeUserByStrRoomId = defineAction({ ...facts, schema: RemoveUserByStrRoomIdSchema, run: remove });

async function dismiss(context: ActionContext, { SdkAppId, RoomId }: { SdkAppId: number; RoomId: number | string }): Promise<object> {
  await checkOwnApp(context, SdkAppId, 'UnauthorizedOperation.SdkAppId');
  if (!(await context.options.rooms.dismiss(String(RoomId))))
    throw new TencentError('FailedOperation.RoomNotExist', 'There is no such room.');
  // Left alone, a recorder that sees everybody leave first takes the room for an empty one, to which somebody may come back.
  for (const task of await tasksOf(context, SdkAppId, String(RoomId))) await endTask(context, task, leaveCodes.dismissed);
  return {};
}

/** What records the room. */
async function tasksOf({ options, application }: ActionContext, sdkAppId: number, room: string): Promise<readonly DialectTask[]> {
  const live = await options.catalogue.dialects.live(application.id, 'tencent');
  return live.filter(({ origin, recording }) => origin.appId === String(sdkAppId) && recording.room === room);
}

async function remove(
  context: ActionContext,
  { SdkAppId, RoomId, UserIds }: { SdkAppId: number; RoomId: number | string; UserIds: string[] },
): Promise<object> {
  if (UserIds.length === 0) throw missing(roomCodes, 'UserIds');
  await checkOwnApp(context, SdkAppId, 'UnauthorizedOperation.SdkAppId');
  for (const userId of UserIds) await context.options.rooms.remove(String(RoomId), userId);
  for (const task of await tasksOf(context, SdkAppId, String(RoomId))) {
    const { kind, robot } = detailsOf(task.origin);
    if (kind === 'recording' && UserIds.includes(robot)) await endTask(context, task, leaveCodes.removed);
  }
  return {};
}
