import { CatalogueUnavailableError, InvalidStateError } from '@tapedeck/catalogue';
import type { MediaItem, MediaQuery } from '@tapedeck/catalogue';
import { describe, expect, it } from 'vitest';
import { fixture, ticketMaker } from './signed-calls.ts';

const sdkAppId = 1_400_000_001;
const encode = {
  AudioSampleRate: 48_000,
  AudioBitrate: 64,
  AudioChannels: 2,
  VideoWidth: 640,
  VideoHeight: 480,
  VideoBitrate: 800,
  VideoFramerate: 15,
  VideoGop: 3,
};
const mix = { SdkAppId: sdkAppId, RoomId: 4321, OutputParams: { StreamId: 'my_mix' }, EncodeParams: encode, LayoutParams: { Template: 1 } };

describe('the legacy mix', () => {
  it('records a room once, changes its layout when it is started again, and ends', async () => {
    const { call, requests, tasks, patches } = fixture();
    expect((await call('StartMCUMixTranscode', mix)).Error).toBeUndefined();
    expect(requests.get('rec_0')).toMatchObject({
      room: '4321',
      outputs: [
        {
          ...{ type: 'composite', formats: ['mp4'], video: { width: 640, height: 480, fps: 15, bitrateKbps: 800, gopS: 3 } },
          ...{ audio: { sampleRateHz: 48_000, channels: 2 }, layout: { name: 'grid', options: { cells: 'nine-grid', maxTiles: 16 } } },
        },
      ],
    });
    expect(tasks[0]?.origin).toMatchObject({
      details: { kind: 'mix', streamId: 'my_mix' },
      fileNames: { rule: 'tencent-legacy', recordId: 'my_mix', folder: '' },
    });
    const preset = { UserId: 'ada', ImageWidth: 320, ImageHeight: 480, ZOrder: 2, RenderMode: 2 };
    expect(
      (await call('StartMCUMixTranscode', { ...mix, LayoutParams: { Template: 4, PresetLayoutConfig: [preset] } })).Error,
    ).toBeUndefined();
    expect(tasks.length).toBe(1);
    expect(patches[0]?.change).toMatchObject({
      layout: { name: 'custom', options: { tiles: [{ identity: 'ada', width: 320, z: 2, fit: 'contain' }] } },
    });
    expect((await call('StopMCUMixTranscodeByStrRoomId', { SdkAppId: sdkAppId, StrRoomId: '4321' })).Error?.Code).toBe(
      'FailedOperation.MixSessionNotExist',
    );
    expect((await call('StopMCUMixTranscode', { SdkAppId: sdkAppId, RoomId: 4321 })).Error).toBeUndefined();
    expect(tasks[0]?.desired).toBe('stopped');
    expect((await call('StopMCUMixTranscode', { SdkAppId: sdkAppId, RoomId: 4321 })).Error?.Code).toBe(
      'FailedOperation.MixSessionNotExist',
    );
  });

  it('that is stopped at the same moment is begun anew, and is not there for a second stop', async () => {
    const { call, tasks, catalogue } = fixture();
    await call('StartMCUMixTranscode', mix);
    const ended = async (_id: string, id: string): Promise<never> => {
      const at = tasks.findIndex(({ recording }) => recording.id === id);
      tasks[at] = { ...tasks[at]!, desired: 'stopped' };
      throw new InvalidStateError(id, 'stopping', 'changed');
    };
    Object.assign(catalogue.recordings, { patch: ended, setDesired: ended });
    expect((await call('StartMCUMixTranscode', mix)).Error).toBeUndefined();
    expect(tasks.map(({ desired }) => desired)).toEqual(['stopped', 'recording']);
    const stop = { SdkAppId: mix.SdkAppId, RoomId: mix.RoomId };
    expect((await call('StopMCUMixTranscode', stop)).Error?.Code).toBe('FailedOperation.MixSessionNotExist');
  });

  it('of sound alone is MP3 or AAC, and picture in picture has two windows', async () => {
    const { call, requests } = fixture();
    const { AudioSampleRate, AudioBitrate, AudioChannels } = { ...encode, AudioSampleRate: 8000 };
    const sound = { ...mix, EncodeParams: { AudioSampleRate, AudioBitrate, AudioChannels } };
    await call('StartMCUMixTranscode', { ...sound, OutputParams: { StreamId: 's', PureAudioStream: 1 } });
    await call('StartMCUMixTranscode', {
      ...sound,
      RoomId: 1,
      OutputParams: { StreamId: 's', PureAudioStream: 1, RecordAudioOnly: 1, RecordId: 'r' },
    });
    const small = { UserId: 'bo', StreamType: 1, ImageWidth: 100, ImageHeight: 100, LocationX: 540, LocationY: 0 };
    const pip = { Template: 3, MainVideoUserId: 'ada', SmallVideoLayoutParams: small };
    await call('StartMCUMixTranscodeByStrRoomId', { ...mix, RoomId: undefined, StrRoomId: 'standup', LayoutParams: pip });
    const outputs = [...requests.values()].map((request) => request.outputs[0]);
    expect(outputs.slice(0, 2)).toMatchObject([
      { formats: ['aac'], video: null, audio: { sampleRateHz: 16_000 } },
      { formats: ['mp3'], video: null },
    ]);
    expect(outputs[2]).toMatchObject({
      layout: {
        options: {
          tiles: [
            { identity: 'ada', width: 640 },
            { identity: 'bo', source: 'screen', x: 540, z: 1 },
          ],
        },
      },
    });
  });

  it.each([
    [{ Template: 0 }, { name: 'floating', options: { fit: 'cover', showAudioOnly: true } }],
    [
      { Template: 1, RenderMode: 1, PureAudioHoldPlaceMode: 2 },
      { name: 'grid', options: { fit: 'contain', showAudioOnly: false } },
    ],
    [
      { Template: 2, RenderMode: 2, MainVideoUserId: 'ada', MainVideoStreamType: 1 },
      { options: { fit: 'contain', tileBackground: { color: '#000000' } } },
    ],
    [
      { Template: 2, MainVideoUserId: 'ada' },
      { name: 'screen-share', options: { main: { identity: 'ada', source: 'camera' }, showAudioOnly: false } },
    ],
  ])('has the template of %j', async (LayoutParams, layout) => {
    const { call, requests } = fixture();
    expect((await call('StartMCUMixTranscode', { ...mix, LayoutParams })).Error).toBeUndefined();
    expect(requests.get('rec_0')?.outputs[0]).toMatchObject({ layout });
  });

  it.each([
    [{ SdkAppId: undefined }, 'MissingParameter.SdkAppId'],
    [{ SdkAppId: 666 }, 'UnauthorizedOperation.SdkAppId'],
    [{ RoomId: undefined }, 'MissingParameter.RoomId'],
    [{ RoomId: 0 }, 'InvalidParameter.RoomId'],
    [{ OutputParams: undefined }, 'MissingParameter.OutputParams'],
    [{ OutputParams: {} }, 'MissingParameter.StreamId'],
    [{ OutputParams: { StreamId: 'a b' } }, 'InvalidParameter.StreamId'],
    [{ OutputParams: { StreamId: 's', PureAudioStream: 2 } }, 'InvalidParameter.PureAudioStream'],
    [{ OutputParams: { StreamId: 's', RecordId: '/' } }, 'InvalidParameter.RecordId'],
    [{ EncodeParams: undefined }, 'MissingParameter.EncodeParams'],
    [{ EncodeParams: { ...encode, AudioBitrate: 501 } }, 'InvalidParameter.AudioEncodeParams'],
    [{ EncodeParams: { ...encode, AudioChannels: undefined } }, 'MissingParameter.AudioEncodeParams'],
    [{ EncodeParams: { ...encode, VideoWidth: 1922 } }, 'InvalidParameter.VideoResolution'],
    [{ EncodeParams: { ...encode, VideoHeight: 0 } }, 'InvalidParameter.VideoResolution'],
    [{ EncodeParams: { ...encode, VideoGop: undefined } }, 'MissingParameter.VideoEncodeParams'],
    [{ EncodeParams: { ...encode, VideoGop: 6 } }, 'InvalidParameter.EncodeParams'],
    [{ LayoutParams: { Template: 2, MainVideoStreamType: 2 } }, 'InvalidParameter.MainVideoStreamType'],
    [{ LayoutParams: { Template: 2, MainVideoRightAlign: 2 } }, 'InvalidParameter.MainVideoRightAlign'],
    [{ LayoutParams: { Template: 4 } }, 'MissingParameter.PresetLayoutConfig'],
    [{ LayoutParams: { Template: 4, PresetLayoutConfig: [{ ImageWidth: 641, ImageHeight: 1 }] } }, 'InvalidParameter.PresetLayoutConfig'],
    [{ LayoutParams: { Template: 3, SmallVideoLayoutParams: { UserId: 'a', StreamType: 3 } } }, 'InvalidParameter.SmallVideoStreamType'],
    [{ PublishCdnParams: { BizId: 1, PublishCdnUrls: ['rtmp://x/y'] } }, 'InvalidParameter.PublishCdnUrls'],
  ])('with %j has its code', async (change, code) => {
    expect((await fixture().call('StartMCUMixTranscode', { ...mix, ...change })).Error?.Code).toBe(code);
  });
});

describe('rooms', () => {
  it('that are dismissed end what records them, and nothing else', async () => {
    const { call, tasks } = fixture();
    for (const RoomId of [4321, 4322]) await call('StartMCUMixTranscode', { ...mix, RoomId });
    await call('DismissRoom', { SdkAppId: sdkAppId, RoomId: 4321 });
    expect(tasks.map(({ desired, origin }) => [desired, origin.details['leaveCode']])).toEqual([['stopped', 2], ['recording', null]]); // prettier-ignore
  });

  it('lose the recording robots that are removed, and nothing else', async () => {
    const { call, tasks } = fixture({ now: () => Date.now() });
    const robot = (UserId: string) => ({ UserId, UserSig: ticketMaker(sdkAppId).genUserSig(UserId, 600) });
    for (const [RoomId, UserId] of [
      ['4321', 'a'],
      ['4321', 'b'],
      ['4322', 'a'],
    ] as const)
      // prettier-ignore
      await call(
        'CreateCloudRecording',
        {
          ...{ SdkAppId: sdkAppId, RoomId, ...robot(UserId) },
          ...{ RecordParams: { RecordMode: 2 }, StorageParams: { CloudVod: {} } },
        },
        { atMs: Date.now() },
      );
    expect(
      (await call('RemoveUser', { SdkAppId: sdkAppId, RoomId: 4321, UserIds: ['a', 'nobody'] }, { atMs: Date.now() })).Error,
    ).toBeUndefined();
    expect(tasks.map(({ desired, origin }) => [desired, origin.details['leaveCode']])).toEqual([['stopped', 1], ['recording', null], ['recording', null]]); // prettier-ignore
  });

  it.each([
    ['DismissRoom', { RoomId: 4321 }, undefined],
    ['DismissRoom', { RoomId: 404 }, 'FailedOperation.RoomNotExist'],
    ['DismissRoom', { RoomId: '4321' }, 'InvalidParameter'],
    ['DismissRoom', { RoomId: -1 }, 'InvalidParameter.RoomId'],
    ['DismissRoom', {}, 'MissingParameter.RoomId'],
    ['DismissRoom', { SdkAppId: 666, RoomId: 1 }, 'UnauthorizedOperation.SdkAppId'],
    ['DismissRoomByStrRoomId', { RoomId: 'standup' }, undefined],
    ['DismissRoomByStrRoomId', { RoomId: 'nowhere' }, 'FailedOperation.RoomNotExist'],
    ['RemoveUser', { RoomId: 4321, UserIds: ['ada', 'nobody'] }, undefined],
    ['RemoveUser', { RoomId: 4321, UserIds: [] }, 'MissingParameter.UserIds'],
    ['RemoveUser', { RoomId: 4321, UserIds: Array.from({ length: 11 }, () => 'a') }, 'InvalidParameter.UserIds'],
    ['RemoveUserByStrRoomId', { RoomId: 'standup', UserIds: ['ada'] }, undefined],
  ])('%s of %j', async (action, parameters, code) => {
    expect((await fixture().call(action, { SdkAppId: sdkAppId, ...parameters })).Error?.Code).toBe(code);
  });
});

describe('usage', () => {
  const item = (period: string, mode: string, tier: string, minutes: number) => ({
    period,
    mode,
    tier,
    minutes,
    recordings: 1,
    seconds: minutes * 60,
  });
  const withUsage = () => {
    const made = fixture();
    const items = [
      item('2026-01-01', 'composite', 'hd', 4),
      item('2026-01-01', 'individual', 'sd', 3),
      item('2026-01-02', 'audio', 'audio', 2),
    ];
    Object.assign(made.catalogue, { usage: async () => ({ items }) });
    return made;
  };
  const days = { StartTime: '2026-01-01', EndTime: '2026-01-02' };

  it('is told per day and resolution', async () => {
    const { call } = withUsage();
    expect(await call('DescribeRecordingUsage', { ...days, MixType: 'multi', SdkAppId: sdkAppId })).toMatchObject({
      UsageKey: ['Audio', 'SD', 'HD', 'FullHD', '2K', '4K'],
      UsageList: [
        { TimeKey: '2026-01-01 00:00:00', TimeStampKey: 1767225600, UsageValue: [0, 0, 4, 0, 0, 0] },
        { TimeKey: '2026-01-02 00:00:00', UsageValue: [2, 0, 0, 0, 0, 0] },
      ],
    });
    expect(await call('DescribeRecordingUsage', { ...days, MixType: 'single' })).toMatchObject({
      UsageList: [{ UsageValue: [0, 3, 0, 0, 0, 0] }, {}],
    });
    const { UsageKey, UsageList } = (await call('DescribeMixTranscodingUsage', days)) as unknown as {
      UsageKey: string[];
      UsageList: { UsageValue: number[] }[];
    };
    expect([UsageKey[2], UsageList[0]?.UsageValue[2], UsageKey.length, UsageList[0]?.UsageValue.length]).toEqual(['HDH264', 4, 11, 11]);
  });

  it.each([
    [{ StartTime: '2026-01-02', EndTime: '2026-01-01' }, 'InvalidParameter'],
    [{ StartTime: '2026-01-01', EndTime: '2026-02-01' }, 'InvalidParameter.QueryScaleOversize'],
    [{ StartTime: 'soon', EndTime: '2026-02-01' }, 'InvalidParameter'],
    [{ StartTime: '2026-13-01', EndTime: '2026-13-01' }, 'InvalidParameter'],
    [{ StartTime: '2026-02-30', EndTime: '2026-03-02' }, 'InvalidParameter'],
    [{ ...days, SdkAppId: 666 }, 'InvalidParameter.SdkAppId'],
    [{ StartTime: '2026-01-01 00:00:00', EndTime: '2026-01-31 00:00:00' }, undefined],
  ])('of %j', async (parameters, code) => {
    expect((await withUsage().call('DescribeMixTranscodingUsage', parameters)).Error?.Code).toBe(code);
  });
});

const item: MediaItem = {
  file: {
    ...{ id: 'file_1', type: 'individual', participant: 'ada', source: null, format: 'mp4', state: 'complete', storage: 'default' },
    ...{ key: 'T../1400000001_4321.mp4', url: null, startMs: 0, durationMs: 2000, sizeBytes: 1000, sha256: null, width: 640, height: 480 },
    ...{ videoCodec: 'h264', audioCodec: 'aac' },
  },
  createdAt: '2026-01-20T11:31:00.123Z',
  info: { name: null, description: null, classId: null, tags: ['a', 'b'], updatedAt: null },
  recording: {
    ...{
      id: 'rec_1',
      room: '4321',
      createdAt: '2026-01-20T11:30:00.000Z',
      startedAt: '2026-01-20T11:30:01.000Z',
      endedAt: '2026-01-20T11:31:00.000Z',
    },
    ...{ retentionDays: 2, participants: ['ada'] },
  },
  origin: null,
};

describe('the library', () => {
  const library = () => {
    const made = fixture();
    const items = [item];
    const queries: MediaQuery[] = [];
    const changes: unknown[] = [];
    Object.assign(made.catalogue, {
      media: {
        search: async (_id: string, query: MediaQuery) => (queries.push(query), { total: 6000, items }),
        byIds: async (_id: string, ids: string[]) => (ids.includes('file_1') ? [item] : []),
        describe: async (_id: string, _file: string, change: unknown) => changes.push(change),
      },
    });
    return {
      ...made,
      items,
      queries,
      changes,
      ask: async (action: string, parameters: unknown) => await made.call(action, parameters, { version: '2018-07-17' }),
    };
  };

  it('shows a file with its address, its source and what it is made of', async () => {
    const { ask, items } = library();
    const { TotalCount, MediaInfoSet } = await ask('SearchMedia', { NamePrefixes: ['1400000001_4321'] });
    expect(TotalCount).toBe(5000);
    expect(MediaInfoSet).toMatchObject([
      {
        FileId: 'file_1',
        BasicInfo: {
          ...{
            Name: '1400000001_4321',
            CreateTime: '2026-01-20T11:31:00Z',
            ExpireTime: '2026-01-22T11:31:00Z',
            Type: 'mp4',
            Category: 'Video',
          },
          MediaUrl: 'http://127.0.0.1:7080/files/T../1400000001_4321.mp4',
          SourceInfo: {
            SourceType: 'TrtcRecord',
            TrtcRecordInfo: { SdkAppId: 0, RoomId: '4321', TaskId: 'rec_1', UserIds: ['ada'] },
            LiveRecordInfo: null,
          },
        },
        MetaData: { Size: 1000, Duration: 2, Bitrate: 4000, Width: 640, Height: 480 },
        TranscodeInfo: null,
      },
    ]);
    items[0] = {
      ...item,
      origin: { dialect: 'tencent', appId: '1400000001', taskId: 'auto-1', details: { kind: 'stream' }, fileNames: null },
    };
    expect(await ask('SearchMedia', {})).toMatchObject({
      MediaInfoSet: [
        {
          BasicInfo: {
            SourceInfo: {
              SourceType: 'Record',
              LiveRecordInfo: {
                ...{ Domain: '', Path: '', StreamId: '1400000001_4321_ada_main' },
                ...{ RecordStartTime: '2026-01-20T11:30:01Z', RecordEndTime: '2026-01-20T11:30:03Z' },
              },
              TrtcRecordInfo: null,
            },
          },
        },
      ],
    });
    expect(await ask('SearchMedia', { Filters: ['metaData'] })).toMatchObject({
      MediaInfoSet: [{ BasicInfo: null, MetaData: { Size: 1000 } }],
    });
    expect(await ask('DescribeMediaInfos', { FileIds: ['file_1', 'x', 'x'] })).toMatchObject({
      MediaInfoSet: [{ FileId: 'file_1' }],
      NotExistFileIdSet: ['x'],
    });
  });

  it('is asked for what the search says', async () => {
    const { ask, queries } = library();
    await ask('SearchMedia', {
      ...{
        StreamIds: ['1400000001_4321_a%20b_main', 'x_y'],
        TrtcSdkAppIds: [sdkAppId],
        TrtcRoomIds: ['4321'],
        MediaTypes: ['MP4', 'M3U8'],
        Names: [],
      },
      ...{
        Sort: { Field: 'CreateTime', Order: 'Asc' },
        Offset: 5,
        Limit: 20,
        StartTime: '2026-01-01T00:00:00Z',
        EndTime: '2026-01-02T08:00:00+08:00',
      },
      ...{ SourceTypes: ['Record'], Categories: ['Audio', 'Image'], SubAppId: 1 },
    });
    expect(queries[0]).toEqual({
      streams: [
        { mixed: '1400000001_4321_a%20b_main', plain: '4321_a b_main', digest: null },
        { mixed: 'x_y', plain: null, digest: null },
      ],
      ...{
        appIds: ['1400000001'],
        rooms: ['4321'],
        formats: ['mp4', 'hls'],
        kinds: ['audio'],
        isLegacy: true,
        ownAppId: '0',
        order: 'asc',
        offset: 5,
        limit: 20,
      },
      ...{ from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-01-02T00:00:00Z'), isToExcluded: true },
    });
    for (const nothing of [{ Status: ['Forbidden'] }, { Categories: ['Image'] }, { SourceTypes: ['Upload'] }, { StreamDomains: ['x'] }])
      expect(await ask('SearchMedia', nothing)).toMatchObject({ TotalCount: 0, MediaInfoSet: [] });
    expect(queries.length).toBe(1);
  });

  it('deletes and describes files, and says why it cannot', async () => {
    const { ask, changes, catalogue } = library();
    const deleted: string[] = [];
    Object.assign(catalogue.recordings, {
      deleteFile: async (_id: string, recording: string, file: string) => deleted.push(`${recording} ${file}`),
    });
    expect(
      (await ask('DeleteMedia', { FileId: 'file_1', DeleteParts: [{ Type: 'TranscodeFiles', Definition: 0 }] })).Error,
    ).toBeUndefined();
    expect(deleted).toEqual([]);
    expect((await ask('DeleteMedia', { FileId: 'file_1' })).Error).toBeUndefined();
    expect(deleted).toEqual(['rec_1 file_1']);
    expect((await ask('ModifyMediaInfo', { FileId: 'file_1', Name: 'Lesson', AddTags: ['c'], DeleteTags: ['a'] })).Error).toBeUndefined();
    expect(changes).toEqual([{ name: 'Lesson', tags: ['b', 'c'] }]);
    const running = async () => {
      throw new InvalidStateError('rec_1', 'recording', 'relieved of a file');
    };
    Object.assign(catalogue.recordings, { deleteFile: running });
    expect((await ask('DeleteMedia', { FileId: 'file_1' })).Error?.Code).toBe('FailedOperation');
    expect((await ask('ModifyMediaInfo', { FileId: 'file_1', ExpireTime: '2027-01-01T00:00:00Z' })).Error?.Code).toBe(
      'UnsupportedOperation',
    );
  });

  it.each([
    ['SearchMedia', { Offset: 4991 }, 'InvalidParameterValue.Offset'],
    ['SearchMedia', { Names: Array.from({ length: 11 }, () => 'x') }, 'InvalidParameterValue.Names'],
    ['SearchMedia', { StartTime: 'yesterday' }, 'InvalidParameterValue.StartTime'],
    ['SearchMedia', { EndTime: '2026-13-01T00:00:00Z' }, 'InvalidParameterValue.EndTime'],
    ['SearchMedia', { EndTime: '2026-02-30T00:00:00+08:00' }, 'InvalidParameterValue.EndTime'],
    ['SearchMedia', { Sort: { Field: 'Name', Order: 'Asc' } }, 'InvalidParameterValue.Sort'],
    ['SearchMedia', { Categories: ['Book'] }, 'InvalidParameterValue.Categories'],
    ['SearchMedia', { Colour: 'red' }, 'UnknownParameter'],
    ['SearchMedia', { Names: 'x' }, 'InvalidParameter'],
    ['DescribeMediaInfos', {}, 'MissingParameter'],
    ['DescribeMediaInfos', { FileIds: Array.from({ length: 21 }, () => 'x') }, 'InvalidParameterValue.FileIds'],
    ['DeleteMedia', { FileId: 'x' }, 'InvalidParameterValue.FileId'],
    ['DeleteMedia', {}, 'MissingParameter'],
    ['ModifyMediaInfo', { FileId: 'x' }, 'InvalidParameterValue.FileId'],
    ['ModifyMediaInfo', { FileId: 'file_1', CoverData: 'x' }, 'UnknownParameter'],
  ])('%s of %j is %s', async (action, parameters, code) => {
    expect((await library().ask(action, parameters)).Error?.Code).toBe(code);
  });

  it('that cannot be reached is an internal error, logged once', async () => {
    const logged: string[] = [];
    const made = fixture({ log: { error: (_fields, message) => void logged.push(message) } });
    const down = async () => {
      throw new CatalogueUnavailableError({ cause: new Error('gone') });
    };
    Object.assign(made.catalogue, { media: { byIds: down }, dialects: { applicationOf: down } });
    expect((await made.call('DescribeMediaInfos', { FileIds: ['x'] }, { version: '2018-07-17' })).Error?.Code).toBe('InternalError');
    expect((await made.call('DescribeCloudRecording', { SdkAppId: 1, TaskId: 't' })).Error?.Code).toBe('InternalError.CRInternalError');
    expect(logged.length).toBe(2);
  });
});
