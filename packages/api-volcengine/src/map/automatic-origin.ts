import type { AutomaticTask, CreateRecording, DialectOrigin } from '@tapedeck/protocol';
import { defaultPatterns } from './to-recording.ts';
import type { TaskDetails } from './task-details.ts';

/**
 * The origin of a recording that started by itself and counts as a task of this API.
 *
 * @param keyPrefix What stands before every key in the storage's bucket.
 */
export function automaticVolcengineOrigin(
  { appId, businessId }: AutomaticTask,
  taskId: string,
  request: CreateRecording,
  keyPrefix: string,
): DialectOrigin {
  const isSingle = request.outputs.every(({ type }) => type === 'individual');
  const details: TaskDetails = {
    ...{ businessId, isSingle, targets: [], excludes: [], mode: 'adaptive', canvas: null, regions: [], keyPrefix, isUploadedLive: false },
    isAudioOnly: request.outputs.every(({ video }) => video === null),
    isVod: request.storage === 'default',
  };
  return {
    ...{ dialect: 'volcengine', appId, taskId, details: { ...details } },
    fileNames: {
      ...{ rule: 'volcengine', taskId, roomId: request.room, appendRandom: true },
      pattern: defaultPatterns[isSingle ? 'single' : 'composite'],
    },
  };
}
