import type { DialectTask } from '@tapedeck/catalogue';
import { parsePatchRecording } from '@tapedeck/protocol';
import { TencentError } from '../errors.ts';
import { detailsOf } from '../mapping/task-details.ts';
import { toLayout } from '../mapping/to-layout.ts';
import type { Size } from '../mapping/check-inside.ts';
import { toSubscribe } from '../mapping/to-subscribe.ts';
import { recordingCodes } from '../parameters/code-style.ts';
import type { MixLayoutParams } from '../parameters/layout-schemas.ts';
import { ModifyCloudRecordingSchema } from '../parameters/recording-schemas.ts';
import { defineAction, recordingFacts } from './action.ts';
import { findTask } from './find-task.ts';

/** Replaces layout and subscriptions as a whole: what is left out is as if it had been left out at the start. */
export const modifyCloudRecording = defineAction({
  ...recordingFacts,
  ...{ schema: ModifyCloudRecordingSchema, codes: recordingCodes, isWrite: true },
  run: async (context, { SdkAppId, TaskId, MixLayoutParams, SubscribeStreamUserIds }) => {
    const task = await findTask(context, SdkAppId, TaskId, 'AuthFailure.UnauthorizedOperation');
    const subscribe = toSubscribe(SubscribeStreamUserIds, detailsOf(task.origin).mediaId, 'SubscribeStreamUserIds');
    const canvases = canvasesOf(task);
    const change = { subscribe, ...layoutOf(task, canvases, MixLayoutParams) };
    await context.options.catalogue.recordings.patch(context.application.id, task.recording.id, parsePatchRecording(change, canvases));
    return { TaskId };
  },
});

/** @throws {TencentError} FailedOperation.CRUnsupportMethod for a layout where nothing is mixed. */
function layoutOf({ origin }: DialectTask, [canvas]: readonly Size[], params: MixLayoutParams | undefined): { layout?: object } {
  if (detailsOf(origin).recordMode === 2) return canvas === undefined ? {} : { layout: toLayout(params, canvas) };
  if (params === undefined) return {};
  throw new TencentError(
    'FailedOperation.CRUnsupportMethod',
    'MixLayoutParams is for mixed recordings (RecordMode 2); this one is single-stream.',
  );
}

function canvasesOf({ recording: { outputs } }: DialectTask): readonly Size[] {
  return outputs.flatMap((output) => (output.type === 'composite' && output.video !== null ? [output.video] : []));
}
