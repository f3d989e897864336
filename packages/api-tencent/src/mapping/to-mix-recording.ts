import { parseCreateRecording } from '@tapedeck/protocol';
import type { CreateRecording, DialectOrigin } from '@tapedeck/protocol';
import { mixCodes } from '../parameters/code-style.ts';
import type { MixCall } from '../parameters/mix-schemas.ts';
import { missing, outOfRange } from '../parameters/read-parameters.ts';
import type { Size } from './check-inside.ts';
import type { TencentRoom } from './room-name.ts';
import { toDetails } from './task-details.ts';
import { toMixLayout } from './to-mix-layout.ts';

const daySeconds = 86_400;
const longestS = 259_200;
/** A mix goes on for so long after the last one left; then it has ended by itself. */
const resumeWaitS = 30;
/** The longest file of the legacy scheme, in seconds. */
const longestFileS = 7200;
const fewestPixels = 64;

/** Whom a mix takes; natively rules of subscription. */
export function toMixSubscribe({ LayoutParams }: MixCall): object {
  const { Template = 0, MixVideoUids = [], PresetLayoutConfig = [] } = LayoutParams;
  const chosen = Template === 4 ? [] : MixVideoUids.filter((id) => id !== '' && !id.includes('*'));
  const named = (type: number) =>
    Template === 4
      ? PresetLayoutConfig.flatMap(({ UserId = '', MixInputType }) => (MixInputType === type && UserId !== '' ? [UserId] : []))
      : [];
  return {
    audio: { deny: named(1).slice(0, 100) },
    video: { allow: chosen.length > 0 ? chosen : ['*'], deny: named(2).slice(0, 100) },
  };
}

/**
 * The native recording of a legacy mix: MP4, or MP3 and AAC where it asks for sound alone.
 *
 * @throws {TencentError} with the code of the parameter at fault.
 */
export function toMixRecording(call: MixCall, room: TencentRoom): CreateRecording {
  const { OutputParams, EncodeParams } = call;
  const isSound = OutputParams.PureAudioStream === 1 || OutputParams.RecordAudioOnly === 1;
  const canvas = isSound ? null : mixCanvasOf(call);
  return parseCreateRecording({
    room: room.id,
    outputs: [
      {
        type: 'composite',
        formats: [OutputParams.RecordAudioOnly === 1 ? 'mp3' : isSound ? 'aac' : 'mp4'],
        video: canvas === null ? null : { ...canvas, ...pictureOf(EncodeParams) },
        audio: soundOf(EncodeParams),
        ...(canvas !== null && { layout: toMixLayout(call, canvas) }),
      },
    ],
    subscribe: toMixSubscribe(call),
    ...{ idleTimeoutS: daySeconds, resumeWaitS, maxDurationS: longestS, sliceS: longestFileS },
  });
}

/** The picture's size: even sides. @throws {TencentError} MissingParameter.VideoEncodeParams or InvalidParameter.VideoResolution. */
export function mixCanvasOf({ EncodeParams: { VideoWidth, VideoHeight } }: MixCall): Size {
  if (VideoWidth === undefined) throw missing(mixCodes, 'EncodeParams.VideoWidth');
  if (VideoHeight === undefined) throw missing(mixCodes, 'EncodeParams.VideoHeight');
  if (VideoWidth < fewestPixels)
    throw outOfRange(mixCodes, 'EncodeParams.VideoWidth', `must be from ${fewestPixels} to 1920 with a picture`);
  if (VideoHeight < fewestPixels)
    throw outOfRange(mixCodes, 'EncodeParams.VideoHeight', `must be from ${fewestPixels} to 1080 with a picture`);
  return { width: VideoWidth - (VideoWidth % 2), height: VideoHeight - (VideoHeight % 2) };
}

function pictureOf({ VideoBitrate, VideoFramerate, VideoGop }: MixCall['EncodeParams']): object {
  if (VideoBitrate === undefined) throw missing(mixCodes, 'EncodeParams.VideoBitrate');
  if (VideoFramerate === undefined) throw missing(mixCodes, 'EncodeParams.VideoFramerate');
  if (VideoGop === undefined) throw missing(mixCodes, 'EncodeParams.VideoGop');
  return { fps: VideoFramerate, bitrateKbps: Math.max(50, VideoBitrate), gopS: VideoGop };
}

/** The encoder has three rates: the next higher one is taken. */
function soundOf({ AudioSampleRate, AudioBitrate, AudioChannels }: MixCall['EncodeParams']): object {
  const sampleRateHz = AudioSampleRate <= 16_000 ? 16_000 : AudioSampleRate === 44_100 ? 44_100 : 48_000;
  const most = sampleRateHz === 16_000 ? 160 : 320;
  return { sampleRateHz, channels: AudioChannels, bitrateKbps: Math.min(most, Math.max(16, AudioBitrate)) };
}

/** One mix of a room at a time: its name says whose. */
export const mixTaskId = (room: TencentRoom): string => `mix_${room.isText ? 'text' : 'number'}_${room.id}`;

/** Where a mix comes from. Its file is called `<RecordId or StreamId>_<start>_<end>`. */
export function toMixOrigin(sdkAppId: number, call: MixCall, room: TencentRoom): DialectOrigin {
  const { StreamId, RecordId = '' } = call.OutputParams;
  const appId = String(sdkAppId);
  const recordId = RecordId === '' ? null : RecordId;
  const stream = { appId, room: room.id, bizId: null };
  return {
    ...{ dialect: 'tencent', appId, taskId: mixTaskId(room) },
    details: toDetails({ kind: 'mix', isTextRoom: room.isText, streamId: StreamId, recordId }),
    fileNames: { rule: 'tencent-legacy', recordId: recordId ?? StreamId, stream, folder: '' },
  };
}
