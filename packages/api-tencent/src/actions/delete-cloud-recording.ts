import { recordingCodes } from '../parameters/code-style.ts';
import { DeleteCloudRecordingSchema } from '../parameters/recording-schemas.ts';
import { defineAction, recordingFacts } from './action.ts';
import { findTask } from './find-task.ts';

/** Ends a recording; its files follow, told by callbacks. While it is leaving a repeat does no harm. */
export const deleteCloudRecording = defineAction({
  ...recordingFacts,
  ...{ schema: DeleteCloudRecordingSchema, codes: recordingCodes, isWrite: true },
  run: async (context, { SdkAppId, TaskId }) => {
    const { recording } = await findTask(context, SdkAppId, TaskId, 'AuthFailure.UnauthorizedOperation');
    await context.options.catalogue.recordings.setDesired(context.application.id, recording.id, 'stopped');
    return { TaskId };
  },
});
