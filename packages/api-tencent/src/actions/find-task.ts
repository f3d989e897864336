import type { DialectTask } from '@tapedeck/catalogue';
import { isTerminal } from '@tapedeck/protocol';
import { TencentError } from '../errors.ts';
import { detailsOf } from '../mapping/task-details.ts';
import type { ActionContext } from './action.ts';
import { checkOwnApp } from './own-app.ts';

/**
 * The task that a TaskId names, while it is in its room.
 *
 * @param foreignCode The vendor's code for an SdkAppId that is another's: asked only when there is no task, for a task proves whose it is.
 * @throws {TencentError} ResourceNotFound when there is none, it has ended, is another's, or its control time (ResourceExpiredHour) is over.
 */
export async function findTask(context: ActionContext, sdkAppId: number, taskId: string, foreignCode: string): Promise<DialectTask> {
  const { options, application, nowMs } = context;
  const task = await options.catalogue.dialects.find(application.id, { dialect: 'tencent', appId: String(sdkAppId), taskId });
  if (task === null) await checkOwnApp(context, sdkAppId, foreignCode);
  const isThere =
    task !== null && detailsOf(task.origin).kind === 'recording' && !hasLeft(task) && detailsOf(task.origin).expiresAtMs > nowMs;
  if (!isThere) throw notFound();
  return task;
}

/** Files are still being made or delivered, but nobody is in the room any more. */
function hasLeft({ recording: { state } }: DialectTask): boolean {
  return isTerminal(state) || state === 'rendering' || state === 'delivering';
}

/** No such task, or it is over. */
export const notFound = (): TencentError => new TencentError('ResourceNotFound', 'There is no such task, or it has ended.');
