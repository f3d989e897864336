import type { AutomaticTencent, CreateRecording, DialectOrigin, FileNaming } from '@tapedeck/protocol';
import { isIntegerRoom, nameBase } from './room-name.ts';
import { toDetails } from './task-details.ts';

/**
 * Where a recording comes from that a template starts by itself: a task like any other, or streams of the legacy scheme, whose files are told one by one.
 *
 * @param bizId What the stream ids of old applications begin with; null: they are made of the SDKAppId.
 */
export function automaticTencentOrigin(
  { sdkAppId, scheme, userDefineRecordId }: AutomaticTencent,
  taskId: string,
  { room: id, outputs, storage }: CreateRecording,
  bizId: number | null,
): DialectOrigin {
  const room = { id, isText: !isIntegerRoom(id) };
  const isVod = storage === 'default';
  const isLegacy = scheme === 'legacy';
  const recordId = userDefineRecordId ?? null;
  const folder = `${taskId}/`;
  const fileNames: FileNaming = isLegacy
    ? { rule: 'tencent-legacy', recordId, stream: { appId: String(sdkAppId), room: id, bizId }, folder }
    : { rule: 'tencent', separator: isVod ? '_' : '__', base: nameBase(sdkAppId, room), folder, userDefine: recordId };
  return {
    ...{ dialect: 'tencent', appId: String(sdkAppId), taskId },
    details: toDetails({
      ...{ kind: isLegacy ? 'stream' : 'recording', isTextRoom: room.isText, storage: isVod ? 'vod' : 'cos', bizId, recordId },
      recordMode: outputs.some(({ type }) => type === 'composite') ? 2 : 1,
    }),
    fileNames,
  };
}
