import { parseCreateRecording } from '@tapedeck/protocol';
import type { CreateRecording, DialectOrigin } from '@tapedeck/protocol';
import { TencentError } from '../errors.ts';
import { recordingCodes } from '../parameters/code-style.ts';
import { missing } from '../parameters/read-parameters.ts';
import type { CreateCloudRecording } from '../parameters/recording-schemas.ts';
import { nameBase } from './room-name.ts';
import type { TencentRoom } from './room-name.ts';
import { toDetails } from './task-details.ts';
import { toOutputs } from './to-outputs.ts';
import { toSubscribe } from './to-subscribe.ts';

const usualIdleS = 30;
const usualControlHours = 72;
const usualFileMinutes = 1440;
const daySeconds = 86_400;
/** The vendor knows no longest recording; this is the native API's. */
const longestS = 259_200;
/** The vendor's files are cut before they outgrow 2 GB. */
const largestBytes = 2_000_000_000;

/**
 * The native recording that CreateCloudRecording asks for. `storage`: the name that CloudStorage was resolved to; `default` for CloudVod.
 *
 * @throws {TencentError} with the vendor's code for what no schema can say.
 */
export function toRecording(call: CreateCloudRecording, room: TencentRoom, storage: string): CreateRecording {
  const { RecordParams, StorageParams } = call;
  const { MaxIdleTime = usualIdleS, MaxMediaFileDuration = usualFileMinutes, MediaId = 0, FillType = 0 } = RecordParams;
  const expireS = StorageParams.CloudVod?.TencentVod?.ExpireTime ?? 0;
  const prefixes = StorageParams.CloudStorage?.FileNamePrefix ?? [];
  return parseCreateRecording({
    room: room.id,
    outputs: toOutputs(call),
    subscribe: toSubscribe(RecordParams.SubscribeStreamUserIds, MediaId, 'RecordParams.SubscribeStreamUserIds'),
    storage,
    prefix: prefixes.map((part) => `${part}/`).join(''),
    retentionDays: expireS === 0 ? null : Math.ceil(expireS / daySeconds),
    // Somebody who is there without sending anything keeps the recording alive.
    idleTimeoutS: daySeconds,
    resumeWaitS: MaxIdleTime,
    maxDurationS: longestS,
    sliceS: MaxMediaFileDuration * 60,
    maxFileBytes: largestBytes,
    fill: FillType === 1 ? 'black' : 'last-frame',
  });
}

/** Exactly one of the two storages. @throws {TencentError} MissingParameter.CloudStorage for none, InvalidParameter.OutOfRange for both. */
export function checkStorageParams({ StorageParams }: CreateCloudRecording): void {
  const { CloudStorage, CloudVod } = StorageParams;
  if (CloudStorage === undefined && CloudVod === undefined) throw missing(recordingCodes, 'StorageParams.CloudStorage');
  if (CloudStorage !== undefined && CloudVod !== undefined)
    throw new TencentError('InvalidParameter.OutOfRange', 'StorageParams must have CloudStorage or CloudVod, not both.');
}

/** Where the recording comes from, with the vendor's file names. */
export function toOrigin(call: CreateCloudRecording, room: TencentRoom, taskId: string, nowMs: number): DialectOrigin {
  const { SdkAppId, UserId, RecordParams, StorageParams, ResourceExpiredHour = usualControlHours } = call;
  const vod = StorageParams.CloudVod?.TencentVod;
  const isVod = StorageParams.CloudVod !== undefined;
  return {
    dialect: 'tencent',
    appId: String(SdkAppId),
    taskId,
    details: toDetails({
      kind: 'recording',
      ...{ robot: UserId, isTextRoom: room.isText, recordMode: RecordParams.RecordMode, mediaId: RecordParams.MediaId ?? 0 },
      ...{ storage: isVod ? 'vod' : 'cos', expiresAtMs: nowMs + ResourceExpiredHour * 3_600_000 },
      ...{ sourceContext: vod?.SourceContext ?? '', classId: vod?.ClassId ?? 0 },
    }),
    fileNames: {
      rule: 'tencent',
      separator: isVod ? '_' : '__',
      base: nameBase(SdkAppId, room),
      folder: `${taskId}/`,
      userDefine: vod?.UserDefineRecordId === undefined || vod.UserDefineRecordId === '' ? null : vod.UserDefineRecordId,
    },
  };
}
