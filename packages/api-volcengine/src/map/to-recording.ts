import { type CreateRecording, type DialectOrigin, limits, parseCreateRecording, TapedeckError } from '@tapedeck/protocol';
import { invalidParameter } from '../errors.ts';
import type { StartRecord } from '../read/start-record.ts';
import { nativeLayout } from './native-layout.ts';
import { subscribeRules } from './subscribe-rules.ts';
import { type TaskDetails, toDetails } from './task-details.ts';

const sliceS = 4 * 3600;
/** Bits for each pixel of each picture, where the bitrate is left to the server. */
const bitsPerPixel = 0.1;
/** Names of files whose request says none. */
export const defaultPatterns = {
  single: '{TaskId}_{RoomId}_{UserId}_{Type}_{StartTime}_{Duration}_{Random}',
  composite: '{TaskId}_{RoomId}_{StartTime}_{Duration}_{Random}',
} as const;

/** The native request of a task, and the origin that goes with it. @param storage Native name of its storage. */
export function toRecording(
  start: StartRecord,
  storage: { readonly name: string; readonly keyPrefix: string },
): { readonly request: CreateRecording; readonly origin: DialectOrigin } {
  const { name, isSingle, targets, excludes, control, fileName } = start;
  const details: TaskDetails = toDetails(start, storage.keyPrefix);
  const mediaTypes = new Map(
    start.layout.mode === 'custom' ? start.layout.regions.map((region) => [region.streamIndex, region.mediaType] as const) : [],
  );
  const request = {
    room: name.roomId,
    outputs: [isSingle ? individual(start) : composite(start)],
    subscribe: subscribeRules({ targets, excludes, isAudioOnly: control.isAudioOnly, mediaTypes }),
    storage: storage.name,
    prefix: start.storage.kind === 'vod' ? '' : fileName.prefix,
    idleTimeoutS: control.maxIdleS,
    maxDurationS: control.maxRecordS === 0 ? limits.maxDurationS.max : Math.min(control.maxRecordS, limits.maxDurationS.max),
    ...{ sliceS, maxFileBytes: limits.maxFileBytes.max, maxGapS: control.maxSilenceS },
    fill: fillOf(start),
    metadata: { appId: name.appId, taskId: name.taskId, ...(name.businessId !== null && { businessId: name.businessId }) },
  };
  const origin: DialectOrigin = {
    ...{ dialect: 'volcengine', appId: name.appId, taskId: name.taskId },
    details: { ...details },
    fileNames: {
      ...{ rule: 'volcengine', taskId: name.taskId, roomId: name.roomId, appendRandom: true },
      pattern: fileName.pattern ?? defaultPatterns[isSingle ? 'single' : 'composite'],
      zeroDurationOfHls: control.isUploadedLive,
    },
  };
  return { request: inVendorsWords(() => parseCreateRecording(request)), origin };
}

/** What the native API cannot make (a picture of less than 64 pixels, say) is refused by its words. */
export function inVendorsWords<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TapedeckError) || error.fault !== 'caller') throw error;
    throw invalidParameter('The request', `cannot be recorded by this server: ${error.message.replace(/\.$/, '')}`);
  }
}

/** What stands in for a missing picture: the regions' own pictures when all of them have one. */
function fillOf({ layout, control, isSingle }: StartRecord): CreateRecording['fill'] {
  const shown = layout.mode === 'custom' ? layout.regions.filter(({ mediaType }) => mediaType !== 1) : [];
  if (shown.length > 0 && shown.every(({ alternateImage }) => alternateImage !== null)) return 'placeholder';
  return control.fill ?? (isSingle ? 'black' : 'last-frame');
}

function audioOf({ encode }: StartRecord): object {
  return { sampleRateHz: encode.sampleRateHz, channels: encode.channels, bitrateKbps: encode.audioKbps };
}

function composite(start: StartRecord): object {
  const { encode, layout, control, formats, targets } = start;
  const { width, height } = layout.mode === 'custom' ? layout.canvas : encode;
  const { fps, gopS, videoKbps } = encode;
  const { min, max } = limits.videoBitrateKbps;
  const bitrateKbps = videoKbps === 0 ? Math.round((width * height * fps * bitsPerPixel) / 1000) : videoKbps;
  const video = { width, height, fps, gopS, bitrateKbps: Math.min(max, Math.max(min, bitrateKbps)) };
  return {
    ...{ type: 'composite', formats, audio: audioOf(start), video: control.isAudioOnly ? null : video },
    layout: nativeLayout(layout, targets),
  };
}

/** Single streams keep the parameters of what was sent: `Encode` is not for them. */
function individual({ control, formats }: StartRecord): object {
  return {
    ...{ type: 'individual', formats, merge: true },
    video: control.isAudioOnly ? null : { fps: 30, bitrateKbps: 2500 },
    audio: { sampleRateHz: 48_000, channels: 2, bitrateKbps: 64 },
  };
}
