import { invalidParameter, VolcengineError } from '../errors.ts';
import type { Fields } from './fields.ts';

/** What ids of applications, rooms, users, tasks and businesses may be. */
const idPattern = /^[a-zA-Z0-9_@\-.]{1,128}$/;
const idRule = 'must have 1 to 128 of the characters a-z A-Z 0-9 _ @ - .';

/** An id that must be there. */
export function requiredId(fields: Fields, name: string): string {
  const value = fields.requiredText(name);
  if (!idPattern.test(value)) throw invalidParameter(fields.at(name), idRule);
  return value;
}

/** What names a task: application, room and the caller's own id. */
export interface TaskName {
  readonly appId: string;
  readonly roomId: string;
  readonly taskId: string;
  /** Business tag; null: none. */
  readonly businessId: string | null;
}

/** The application that a request is about. @throws {VolcengineError} InvalidParameter.IllegalAppId */
export function readAppId(fields: Fields, name = 'AppId'): string {
  const appId = fields.requiredText(name);
  if (!idPattern.test(appId)) throw new VolcengineError('InvalidParameter.IllegalAppId', `${name} ${idRule}.`);
  return appId;
}

/** The name of a task. @throws {VolcengineError} InvalidParameter and its kin, naming the field. */
export function readTaskName(fields: Fields): TaskName {
  const appId = readAppId(fields);
  const roomId = fields.requiredText('RoomId');
  if (!idPattern.test(roomId)) throw new VolcengineError('InvalidParameter.IllegalRoomID', `RoomId ${idRule}.`);
  const taskId = requiredId(fields, 'TaskId');
  return { appId, roomId, taskId, businessId: readBusinessId(fields) };
}

/** A business tag; null: none. */
export function readBusinessId(fields: Fields, name = 'BusinessId'): string | null {
  const value = fields.text(name);
  if (value === null || value === '') return null;
  if (idPattern.test(value)) return value;
  if (fields.isStrict) throw invalidParameter(fields.at(name), idRule);
  return null;
}
