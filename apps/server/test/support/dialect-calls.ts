import { makeUserSig } from '@tapedeck/testkit';
import { testPair } from './server-process.ts';

/** A right call of a vendor's action; `live` names a recording that runs. */
export interface RightCall {
  readonly action: string;
  readonly version: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export const sdkAppId = 1_400_000_001;
const app = { SdkAppId: sdkAppId };
const span = { StartTime: '2026-01-01', EndTime: '2026-01-02' };

/** Every action of Tencent's. Starts are of the last room, so that few captures run. */
export function tencentCalls(room: string, TaskId: string): readonly RightCall[] {
  const trtc = (action: string, parameters: object): RightCall => ({
    action,
    version: '2019-07-22',
    parameters: { ...app, ...parameters },
  });
  const vod = (action: string, parameters: object): RightCall => ({ action, version: '2018-07-17', parameters: { ...parameters } });
  const encode = {
    AudioSampleRate: 48_000,
    AudioBitrate: 64,
    AudioChannels: 1,
    VideoWidth: 320,
    VideoHeight: 240,
    VideoBitrate: 300,
    VideoGop: 2,
  };
  const mix = {
    OutputParams: { StreamId: 'mix', RecordId: 'r' },
    EncodeParams: encode,
    LayoutParams: { Template: 4, PresetLayoutConfig: [{ UserId: 'ada', ImageWidth: 320, ImageHeight: 240, ZOrder: 1 }] },
  };
  return [
    trtc('CreateCloudRecording', {
      ...{ RoomId: room, RoomIdType: 0, UserId: 'recorder', UserSig: makeUserSig(sdkAppId, testPair.secret, 'recorder') },
      RecordParams: { RecordMode: 2, StreamType: 0, MaxIdleTime: 5, SubscribeStreamUserIds: { SubscribeAudioUserIds: ['ada'] } },
      StorageParams: { CloudVod: { TencentVod: { ExpireTime: 0, MediaType: 0, SourceContext: 'x' } } },
      MixTranscodeParams: { VideoParams: { Width: 640, Height: 360, Fps: 15, BitRate: 500_000, Gop: 10 } },
      MixLayoutParams: { MixLayoutMode: 4, MixLayoutList: [{ Top: 0, Left: 0, Width: 640, Height: 360, UserId: 'ada', Alpha: 1 }] },
      WaterMarkParams: undefined,
    }),
    trtc('DescribeCloudRecording', { TaskId }),
    trtc('ModifyCloudRecording', {
      TaskId,
      MixLayoutParams: { MixLayoutMode: 4, MixLayoutList: [{ Top: 0, Left: 0, Width: 640, Height: 360 }] },
    }),
    trtc('DeleteCloudRecording', { TaskId: 'no-such-task' }),
    trtc('StartMCUMixTranscode', { RoomId: 999, ...mix }),
    trtc('StartMCUMixTranscodeByStrRoomId', { StrRoomId: room, ...mix }),
    trtc('StopMCUMixTranscode', { RoomId: 999 }),
    trtc('StopMCUMixTranscodeByStrRoomId', { StrRoomId: room }),
    trtc('DismissRoom', { RoomId: 998 }),
    trtc('DismissRoomByStrRoomId', { RoomId: 'nobody-is-here' }),
    trtc('RemoveUser', { RoomId: 998, UserIds: ['nobody'] }),
    trtc('RemoveUserByStrRoomId', { RoomId: room, UserIds: ['nobody'] }),
    trtc('DescribeRecordingUsage', { ...span, MixType: 'multi' }),
    trtc('DescribeMixTranscodingUsage', span),
    vod('SearchMedia', {
      NamePrefixes: ['x'],
      TrtcRoomIds: [room],
      Limit: 5,
      Sort: { Field: 'CreateTime', Order: 'Asc' },
      CreateTime: { After: '2026-01-01T00:00:00Z' },
    }),
    vod('DescribeMediaInfos', { FileIds: ['file_none'], Filters: ['basicInfo'] }),
    vod('DeleteMedia', { FileId: 'file_none' }),
    vod('ModifyMediaInfo', { FileId: 'file_none', Name: 'x', AddTags: ['x'] }),
  ];
}

/** Every action of Volcengine's, in one of its versions. */
export function volcengineCalls(room: string, live: string): readonly RightCall[] {
  const named = { AppId: 'app1', RoomId: room };
  const running = { ...named, TaskId: live };
  const call = (action: string, parameters: object, version = '2023-11-01'): RightCall => ({
    action,
    version,
    parameters: { ...parameters },
  });
  const region = { StreamIndex: 0, LocationX: 0, LocationY: 0, Width: 640, Height: 360, RenderMode: 2 };
  const targets = { StreamList: [{ UserId: 'ada', Index: 0 }] };
  const layout = { LayoutMode: 2, CustomLayout: { Canvas: { Width: 640, Height: 360, Background: '#ff0000' }, Regions: [region] } };
  const start = {
    ...{ ...named, TaskId: 'again', BusinessId: 'biz', RecordMode: 0, TargetStreams: targets, Layout: layout },
    ...{ Encode: { VideoWidth: 640, VideoHeight: 360, VideoFps: 15, VideoBitrate: 500 }, Control: { MaxIdleTime: 10, MaxRecordTime: 60 } },
    ...{ FileFormatConfig: { FileFormat: ['MP4'] }, FileNameConfig: { Prefix: ['a'], Pattern: '{TaskId}' } },
    StorageConfig: { Type: 1, VodConfig: { AccountId: '1', Space: 'space' } },
  };
  const callback = { AppID: 'app1', BusinessId: '', EventList: ['RecordStarted'], SecretKey: 'key', URL: 'https://example.invalid/' };
  return [
    ...['2020-12-01', '2022-06-01', '2023-06-01', '2023-11-01'].map((version) => call('StartRecord', start, version)),
    call('UpdateRecord', { ...running, TargetStreams: targets, Layout: { CustomLayout: { Regions: [region] } } }),
    call('StopRecord', { ...named, TaskId: 'no-such-task' }),
    ...['2020-12-01', '2023-11-01'].map((version) => call('GetRecordTask', running, version)),
    call('CreateCallback', callback, '2020-12-01'),
    call('UpdateCallback', callback, '2020-12-01'),
    call('GetCallback', { AppID: 'app1' }, '2020-12-01'),
    call('DeleteCallback', { AppID: 'app1' }, '2020-12-01'),
  ];
}
