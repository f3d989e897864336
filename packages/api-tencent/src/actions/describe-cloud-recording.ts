import type { DialectTask } from '@tapedeck/catalogue';
import type { FileResource, Recording } from '@tapedeck/protocol';
import { fileNameOf, trackTypeOf } from '../mapping/file-facts.ts';
import { detailsOf } from '../mapping/task-details.ts';
import { recordingCodes } from '../parameters/code-style.ts';
import { DescribeCloudRecordingSchema } from '../parameters/recording-schemas.ts';
import { defineAction, recordingFacts } from './action.ts';
import { findTask } from './find-task.ts';

/** Status and playlists of a task that is in its room. */
export const describeCloudRecording = defineAction({
  ...recordingFacts,
  ...{ schema: DescribeCloudRecordingSchema, codes: recordingCodes, isWrite: false },
  run: async (context, { SdkAppId, TaskId }) => {
    const task = await findTask(context, SdkAppId, TaskId, 'InvalidParameter.SdkAppId');
    return { TaskId, Status: statusOf(task), StorageFileList: storageFiles(task), RecorderKey: '' };
  },
});

function statusOf({ recording: { state }, desired }: DialectTask): 'Idle' | 'InProgress' | 'Exited' {
  if (state === 'stopping' || desired === 'stopped') return 'Exited';
  return state === 'starting' ? 'Idle' : 'InProgress';
}

/** Playlists alone, and none of VOD: what is there is told by callbacks. */
function storageFiles({ recording, origin }: DialectTask): readonly object[] {
  if (detailsOf(origin).storage === 'vod') return [];
  return recording.files.filter(({ format }) => format === 'hls').map((file) => storageFile(file, recording));
}

function storageFile(file: FileResource, { startedAt, createdAt }: Recording): object {
  return {
    UserId: file.participant ?? '',
    FileName: fileNameOf(file.key),
    TrackType: trackTypeOf(file),
    BeginTimeStamp: Date.parse(startedAt ?? createdAt) + Math.round(file.startMs),
  };
}
