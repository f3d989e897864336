import type { DialectTask } from '@tapedeck/catalogue';
import { InvalidStateError } from '@tapedeck/catalogue';
import type { ActionContext } from './action.ts';

/** Why a recorder leaves that was asked to by something else than DeleteCloudRecording: LeaveCode of callback 302. */
export const leaveCodes = { removed: 1, dismissed: 2, pushedOut: 101 } as const;

/** Ends a task with a LeaveCode of its own; one that has ended meanwhile is left alone. */
export async function endTask(
  { options, application }: ActionContext,
  { recording, origin }: DialectTask,
  leaveCode: number,
): Promise<void> {
  const { dialects, recordings } = options.catalogue;
  await dialects.setDetails(application.id, recording.id, { ...origin.details, leaveCode });
  await recordings.setDesired(application.id, recording.id, 'stopped').catch((error: unknown) => {
    if (!(error instanceof InvalidStateError)) throw error;
  });
}
