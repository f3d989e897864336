import type { Action } from './action.ts';
import { createCloudRecording } from './create-cloud-recording.ts';
import { deleteCloudRecording } from './delete-cloud-recording.ts';
import { describeCloudRecording } from './describe-cloud-recording.ts';
import { deleteMedia, describeMediaInfos, modifyMediaInfo, searchMedia } from './media-actions.ts';
import { startMix, startMixByStrRoomId, stopMix, stopMixByStrRoomId } from './mix-actions.ts';
import { modifyCloudRecording } from './modify-cloud-recording.ts';
import { dismissRoom, dismissRoomByStrRoomId, removeUser, removeUserByStrRoomId } from './room-actions.ts';
import { describeMixTranscodingUsage, describeRecordingUsage } from './usage-actions.ts';

/** Every action that is served, by its name. */
export const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['CreateCloudRecording', createCloudRecording],
  ['DescribeCloudRecording', describeCloudRecording],
  ['ModifyCloudRecording', modifyCloudRecording],
  ['DeleteCloudRecording', deleteCloudRecording],
  ['StartMCUMixTranscode', startMix],
  ['StartMCUMixTranscodeByStrRoomId', startMixByStrRoomId],
  ['StopMCUMixTranscode', stopMix],
  ['StopMCUMixTranscodeByStrRoomId', stopMixByStrRoomId],
  ['DismissRoom', dismissRoom],
  ['DismissRoomByStrRoomId', dismissRoomByStrRoomId],
  ['RemoveUser', removeUser],
  ['RemoveUserByStrRoomId', removeUserByStrRoomId],
  ['DescribeRecordingUsage', describeRecordingUsage],
  ['DescribeMixTranscodingUsage', describeMixTranscodingUsage],
  ['SearchMedia', searchMedia],
  ['DescribeMediaInfos', describeMediaInfos],
  ['DeleteMedia', deleteMedia],
  ['ModifyMediaInfo', modifyMediaInfo],
]);
