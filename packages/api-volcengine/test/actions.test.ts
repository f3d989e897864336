import { StorageNameTakenError } from '@tapedeck/catalogue';
import type { FileResource } from '@tapedeck/protocol';
import { describe, expect, it } from 'vitest';
import { fakeServer, storedStorage } from './fake-server.ts';

const name = { AppId: 'app1', RoomId: 'room1', TaskId: 'task1' };
const vod = { Type: 1, VodConfig: { AccountId: '1', Space: 'space' } };
const streams = (...list: [string, number, number][]): object => ({
  StreamList: list.map(([UserId, StreamType, Index]) => ({ UserId, StreamType, Index })),
});
const custom = {
  ...name,
  TargetStreams: streams(['u1', 0, 0], ['u2', 1, 1]),
  Layout: {
    LayoutMode: 2,
    CustomLayout: {
      Canvas: { Width: 1280, Height: 720, Background: '#112233', BackgroundImage: 'https://pics.example/b.png' },
      Regions: [
        { StreamIndex: 1, Width: 1280, Height: 720, RenderMode: 2, CornerRadius: 0.1 },
        {
          ...{ StreamIndex: 0, LocationX: 960, LocationY: 540, Width: 320, Height: 180, ZOrder: 1, RenderMode: 1, Alpha: 0.5 },
          ...{ AlternateImage: 'https://pics.example/a.png', SourceCrop: { LocationX: 0.5, WidthProportion: 0.5 } },
        },
      ],
    },
  },
  StorageConfig: vod,
};

describe('StartRecord', () => {
  it('starts a composite with the documented defaults', async () => {
    const { call, tasks } = fakeServer();
    const answer = await call('StartRecord', { ...name, StorageConfig: vod });
    expect(answer).toMatchObject({ status: 200, body: { Result: 'ok' } });
    expect(answer.body.ResponseMetadata).toEqual({
      ...{ RequestId: expect.stringMatching(/^2024\d+[0-9A-F]{20}$/) as string, Action: 'StartRecord', Version: '2023-11-01' },
      ...{ Service: 'rtc', Region: 'cn-north-1' },
    });
    const { request, origin } = tasks[0]!;
    expect(request).toMatchObject({
      ...{ room: 'room1', storage: 'default', prefix: '', idleTimeoutS: 180, maxDurationS: 259_200, sliceS: 14_400, maxGapS: 3600 },
      ...{ fill: 'last-frame', metadata: { appId: 'app1', taskId: 'task1' } },
    });
    expect(request.outputs).toEqual([
      {
        ...{ type: 'composite', formats: ['mp4'], layout: { name: 'adaptive', options: {} } },
        video: { width: 640, height: 480, fps: 15, bitrateKbps: 461, gopS: 4 },
        audio: { sampleRateHz: 48_000, channels: 2, bitrateKbps: 64 },
      },
    ]);
    expect(origin).toMatchObject({ dialect: 'volcengine', appId: 'app1', taskId: 'task1' });
    expect(origin.fileNames).toEqual({
      ...{ rule: 'volcengine', taskId: 'task1', roomId: 'room1', appendRandom: true },
      ...{ pattern: '{TaskId}_{RoomId}_{StartTime}_{Duration}_{Random}', zeroDurationOfHls: false },
    });
  });

  it('says that a running task runs, and takes its name again once it was stopped', async () => {
    const { call, tasks } = fakeServer();
    await call('StartRecord', { ...name, StorageConfig: vod });
    const again = await call('StartRecord', { ...name, StorageConfig: vod });
    expect(again).toMatchObject({ status: 200, body: { Result: expect.stringContaining('The task has been started') as string } });
    expect(again.body.ResponseMetadata.Error).toBeUndefined();
    expect(await call('StopRecord', name)).toMatchObject({ status: 200, body: { Result: 'ok' } });
    const gone = { status: 400, body: { ResponseMetadata: { Error: { Code: 'InvalidParameter.ErrorActiveTaskNotFound' } } } };
    expect(await call('StopRecord', name)).toMatchObject(gone);
    expect((await call('StartRecord', { ...name, StorageConfig: vod })).body.Result).toBe('ok');
    expect(tasks).toHaveLength(2);
  });

  it('makes tiles of regions and rules of streams', async () => {
    const { call, tasks } = fakeServer();
    expect((await call('StartRecord', custom)).body.Result).toBe('ok');
    const { request } = tasks[0]!;
    const [output] = request.outputs;
    expect(output).toMatchObject({ type: 'composite', video: { width: 1280, height: 720 }, layout: { name: 'custom' } });
    if (output?.type !== 'composite' || output.layout.name !== 'custom') throw new Error('No custom layout.');
    expect(output.layout.options.background).toEqual({ color: '#112233', image: { url: 'https://pics.example/b.png', fit: 'fill' } });
    expect(output.layout.options.tiles).toEqual([
      {
        ...{ identity: 'u2', source: 'screen', x: 0, y: 0, width: 1280, height: 720, z: 0, fit: 'contain', radius: 128 },
        placeholder: { color: '#112233', text: 'none' },
      },
      {
        ...{ identity: 'u1', source: 'camera', x: 960, y: 540, width: 320, height: 180, z: 1, fit: 'cover', opacity: 0.5 },
        crop: { x: 0.5, y: 0, width: 0.5, height: 1 },
        placeholder: { image: { url: 'https://pics.example/a.png', fit: 'fill' } },
      },
    ]);
    expect(request.subscribe.video).toEqual({
      ...{ allow: ['u1', 'u2'], deny: [], sources: ['camera', 'screen_share'] },
      except: [
        { identity: 'u1', source: 'screen_share' },
        { identity: 'u2', source: 'camera' },
      ],
    });
  });

  it('records single streams, sound alone, excluded streams', async () => {
    const { call, tasks } = fakeServer();
    const body = {
      ...{ ...name, RecordMode: 1, ExcludeStreams: streams(['u1', 1, 0]), FileFormatConfig: { FileFormat: ['MP3', 'M4A'] } },
      ...{
        Control: { MediaType: 1, MaxIdleTime: 10, MaxRecordTime: 60, MaxSilenceSeconds: 60, FrameInterpolationMode: 0 },
        StorageConfig: vod,
      },
    };
    expect((await call('StartRecord', body)).body.Result).toBe('ok');
    const { request, origin } = tasks[0]!;
    expect(request.outputs).toMatchObject([{ type: 'individual', merge: true, formats: ['mp3', 'm4a'], video: null }]);
    expect(request).toMatchObject({ idleTimeoutS: 10, maxDurationS: 60, maxGapS: 60, fill: 'last-frame' });
    expect(request.subscribe.video.sources).toEqual([]);
    expect(request.subscribe.audio).toMatchObject({ allow: ['*'], except: [{ identity: 'u1', source: 'screen_share_audio' }] });
    expect(origin.fileNames).toMatchObject({ pattern: '{TaskId}_{RoomId}_{UserId}_{Type}_{StartTime}_{Duration}_{Random}' });
    await call('StartRecord', { ...name, TaskId: 'black', RecordMode: 1, StorageConfig: vod });
    expect(tasks[1]?.request.fill).toBe('black');
  });

  it('reads the older versions: Vod, name pattern, index of the main stream, proportions', async () => {
    const { call, tasks } = fakeServer();
    const old = {
      ...name,
      Vod: { AccountId: '1', Space: 's' },
      RecordFileNamePattern: '{roomid}-x',
      FileFormatConfig: { FileFormat: ['HLS'] },
    };
    const vertical = { ...old, TargetStreams: streams(['u1', 0, 7], ['u2', 1, 9]), Layout: { LayoutMode: 1, MainVideoStreamIndex: 9 } };
    expect((await call('StartRecord', vertical, '2020-12-01')).body.Result).toBe('ok');
    expect(tasks[0]?.request.outputs).toMatchObject([
      { formats: ['mp4'], layout: { name: 'vertical', options: { main: { identity: 'u2', source: 'screen' } } } },
    ]);
    expect(tasks[0]?.origin.fileNames).toMatchObject({ pattern: '{roomid}-x' });
    const Regions = [{ StreamIndex: 0, WidthProportion: 0.5, HeightProportion: 0.25, LocationX: 0.333, LocationY: 0.5 }];
    const body = {
      ...{ ...name, TaskId: 'old', TargetStreams: streams(['u1', 0, 0]), StorageConfig: vod },
      Layout: { LayoutMode: 2, CustomLayout: { Canvas: { Width: 1000, Height: 500 }, Regions } },
    };
    expect((await call('StartRecord', body, '2022-06-01')).body.Result).toBe('ok');
    expect(tasks[1]?.request.outputs).toMatchObject([{ layout: { options: { tiles: [{ x: 333, y: 250, width: 500, height: 125 }] } } }]);
    const refused = await call('StartRecord', { ...body, TaskId: 'new' }, '2023-06-01');
    expect(refused.body.ResponseMetadata.Error?.Message).toContain('Regions[0].Width is missing');
  });

  it('takes defaults for bad optional values in older versions only', async () => {
    const { call, tasks } = fakeServer();
    const body = { ...name, Encode: { VideoFps: 61, AudioBitrate: 1, VideoGop: 0 }, Control: { MaxIdleTime: 9 }, StorageConfig: vod };
    expect((await call('StartRecord', body, '2023-06-01')).body.Result).toBe('ok');
    expect(tasks[0]?.request.outputs).toMatchObject([{ video: { fps: 15, gopS: 4 }, audio: { bitrateKbps: 64 } }]);
    expect((await call('StartRecord', body)).body.ResponseMetadata.Error).toEqual({
      ...{ Code: 'InvalidParameter', Message: 'Encode.VideoFps must be an integer in [1,60]; it is 61.' },
    });
  });

  it('takes the same Index throughout from older clients, where no layout goes by it', async () => {
    const { call, tasks } = fakeServer();
    const zeros = { TargetStreams: streams(['u1', 0, 0], ['u2', 0, 0]), ExcludeStreams: streams(['u3', 0, 0], ['u4', 0, 0]) };
    const refused = 'TargetStreams.StreamList[1].Index must be unique; 0 is there twice.';
    expect((await call('StartRecord', { ...name, ...zeros, RecordMode: 1, StorageConfig: vod }, '2022-06-01')).body.Result).toBe('ok');
    expect(tasks[0]?.request.subscribe.audio.allow).toEqual(['u1', 'u2']);
    for (const [body, version] of [
      [{ ...name, ...zeros, RecordMode: 1, StorageConfig: vod }, '2023-11-01'],
      [{ ...custom, ...zeros }, '2023-06-01'],
    ] as const)
      expect((await call('StartRecord', body, version)).body.ResponseMetadata.Error?.Message).toBe(refused);
  });

  it('finds storages by vendor and bucket, and makes one where its endpoint is allowed', async () => {
    const server = fakeServer({ storages: { isAllowed: (endpoint) => endpoint === 'https://s3.eu-west-1.amazonaws.com' } });
    const { call, tasks, storages } = server;
    storages.push(
      storedStorage({ name: 'general', preset: 'minio', endpoint: 'http://minio:9000' }),
      storedStorage({ name: 'east', prefix: 'in/' }),
      storedStorage({ name: 'west', region: 'us-west-1' }),
      storedStorage({ name: 'volc', preset: 'tos', region: 'cn-beijing', bucket: 'tosbucket' }),
    );
    const customConfig = (change: object): object => ({
      ...{ Type: 2, CustomConfig: { Vendor: 0, Region: 2, Bucket: 'rec', AccessKey: 'a', SecretKey: 's', ...change } },
    });
    const start = async (TaskId: string, StorageConfig: object, rest: object = {}): Promise<string> => {
      const { body } = await call('StartRecord', { ...name, TaskId, StorageConfig, ...rest });
      return body.ResponseMetadata.Error?.Message ?? String(tasks.at(-1)?.request.storage);
    };
    expect(await start('1', customConfig({}))).toBe('west');
    expect(await start('2', customConfig({ Region: 0 }))).toBe('east');
    expect(tasks.at(-1)?.origin.details['keyPrefix']).toBe('in/');
    expect(await start('by-name', customConfig({ Region: 'us-east-1' }))).toBe('east');
    expect(await start('by-digits', customConfig({ Region: '2' }))).toBe('west');
    expect(await start('3', customConfig({ Vendor: 3 }))).toBe('general');
    const tos = { Type: 0, TosConfig: { UserAccountId: '1', Bucket: 'tosbucket', Region: 0 } };
    expect(await start('4', tos, { FileNameConfig: { Prefix: ['a', 'b2'], Pattern: '{TaskId}' } })).toBe('volc');
    expect(tasks.at(-1)?.request.prefix).toBe('a/b2/');
    expect(await start('5', { ...tos, TosConfig: { AccountId: '1', Bucket: 'other' } })).toContain(
      'StorageConfig.TosConfig.Bucket names no storage',
    );
    expect(await start('6', customConfig({ Bucket: 'new', Region: 1 }))).toContain('CustomConfig.Bucket names no storage');
    expect(await start('7', customConfig({ Bucket: 'new', Region: 4 }))).toMatch(/^volcengine-aws-[0-9a-f]{20}$/);
    expect(storages.at(-1)?.value).toMatchObject({ bucket: 'new', region: 'eu-west-1', accessKeyId: 'a', secretAccessKey: 's' });
    const [made] = storages.slice(-1);
    expect(await start('8', customConfig({ Bucket: 'new', Region: 4 }))).toBe(made?.value.name);
    expect(storages).toHaveLength(5);
    const temporary = customConfig({ Bucket: 'new', Region: 4, AccessKey: 'a2', SecretKey: 's2', SecurityToken: 'token' });
    expect(await start('9', temporary)).not.toBe(made?.value.name);
    expect(storages.slice(5).map(({ value }) => value.accessKeyId)).toEqual(['a2']);
    storages.length = 4; // two calls at once: neither finds what the other makes
    Object.assign(server.catalogue.storages, {
      create: async (_id: string, { name }: { name: string }) => {
        throw new StorageNameTakenError(name);
      },
    });
    expect(await start('10', customConfig({ Bucket: 'new', Region: 4 }))).toBe(made?.value.name);
    expect(JSON.stringify(tasks.map(({ origin, request }) => [origin, request]))).not.toContain('"s"');
  });
});

describe('UpdateRecord', () => {
  it('replaces streams, background and regions of a custom layout and keeps the rest', async () => {
    const { call, patches, tasks } = fakeServer();
    await call('StartRecord', custom);
    const Regions = [{ StreamIndex: 4, Width: 640, Height: 720 }];
    const change = { ...name, TargetStreams: streams(['u3', 0, 4]), Layout: { CustomLayout: { Regions } } };
    expect((await call('UpdateRecord', change)).body.Result).toBe('ok');
    const background = { ...name, Layout: { LayoutMode: 2, CustomLayout: { Canvas: { Background: '#abcdef', BackgroundImage: '' } } } };
    expect((await call('UpdateRecord', background)).body.Result).toBe('ok');
    expect(patches).toMatchObject([
      {
        layout: { options: { background: { color: '#112233' }, tiles: [{ identity: 'u3', width: 640 }] } },
        subscribe: { video: { allow: ['u3'], sources: ['camera'] } },
      },
      { layout: { options: { background: { color: '#abcdef' }, tiles: [{ identity: 'u3', width: 640 }] } } },
    ]);
    expect(JSON.stringify(patches[1])).not.toContain('b.png');
    expect(tasks[0]?.origin.details['targets']).toMatchObject([{ userId: 'u3' }]);
  });

  it('is for running composites with a custom layout', async () => {
    const { call } = fakeServer();
    const codeOf = async (body: object): Promise<string> => {
      const { Error: error } = (await call('UpdateRecord', body)).body.ResponseMetadata;
      return `${error?.Code}: ${error?.Message}`;
    };
    expect(await codeOf(name)).toContain('ErrorActiveTaskNotFound');
    await call('StartRecord', { ...name, StorageConfig: vod });
    expect(await codeOf(name)).toBe('InvalidParameter: TaskId must name a task with RecordMode 0 and LayoutMode 2.');
    await call('StartRecord', { ...custom, TaskId: 'c' });
    expect(await codeOf({ ...name, TaskId: 'c', Layout: { LayoutMode: 1 } })).toContain('Layout.LayoutMode');
    expect(await codeOf({ ...name, TaskId: 'c', TargetStreams: streams(['u9', 0, 9]) })).toContain('u9 has none');
  });
});

describe('GetRecordTask', () => {
  const file: FileResource = {
    ...{
      id: 'file_1',
      type: 'composite',
      participant: null,
      source: null,
      format: 'mp4',
      state: 'complete',
      storage: 'default',
      key: 'k.mp4',
    },
    ...{
      url: null,
      startMs: 0,
      durationMs: 1500,
      sizeBytes: 7,
      sha256: null,
      width: 640,
      height: 480,
      videoCodec: 'h264',
      audioCodec: 'aac',
    },
  };

  it('shows a task while it runs and when it has ended', async () => {
    const { call, tasks, replace, state } = fakeServer();
    await call('StartRecord', { ...name, StorageConfig: vod });
    const startMs = state.nowMs + 100;
    const running = { StartTime: startMs, EndTime: 0, Status: 2, StopReason: '', RecordFileList: [] };
    expect((await call('GetRecordTask', name)).body.Result).toEqual({ RecordTask: running });
    const { recording } = tasks[0]!;
    const show = async (change: Partial<typeof recording>): Promise<unknown> => {
      replace(recording.id, { recording: { ...recording, ...change } });
      return (await call('GetRecordTask', name)).body.Result;
    };
    expect(await show({ state: 'starting', startedAt: null })).toMatchObject({ RecordTask: { Status: 1 } });
    expect(await show({ state: 'delivering', files: [file], endReason: 'idle' })).toMatchObject({
      RecordTask: { Status: 2, RecordFileList: [] },
    });
    const endedAt = new Date(startMs + 5000).toISOString();
    expect(await show({ state: 'completed', files: [file], endReason: 'idle', endedAt })).toEqual({
      RecordTask: {
        ...{ StartTime: startMs, EndTime: startMs + 5000, Status: 3, StopReason: 'IdleTimeOut' },
        RecordFileList: [
          {
            ...{ Vid: 'file_1', Duration: 1500, Size: 7, StartTime: startMs, VideoCodec: 'h264', AudioCodec: 'aac' },
            ...{ VideoWidth: 640, VideoHeight: 480, StreamList: [] },
          },
        ],
      },
    });
    expect(await show({ state: 'failed', startedAt: null })).toMatchObject({ RecordTask: { Status: 4, StopReason: 'StartTaskFailed' } });
    expect(await show({ state: 'completed', endReason: 'max-duration' })).toMatchObject({
      RecordTask: { StopReason: 'UnknownStopReason' },
    });
    state.nowMs += 72 * 3_600_000;
    expect((await call('GetRecordTask', name)).status).toBe(200);
    state.nowMs += 1000;
    expect((await call('GetRecordTask', name)).body.ResponseMetadata.Error?.Code).toBe('InvalidParameter.ErrorActiveTaskNotFound');
  });
});

describe('the configuration of callbacks', () => {
  it('is kept in the settings of the application', async () => {
    const { call, state } = fakeServer();
    const config = { AppID: 'app1', BusinessId: 'b', EventList: ['RecordStopped'], SecretKey: 'key', URL: 'https://me.example/cb' };
    expect((await call('CreateCallback', config, '2020-12-01')).body.Result).toBe('ok');
    expect(state.settings.volcengine).toMatchObject({
      ...{ callbackUrl: 'https://me.example/cb', callbackKey: 'key', callbackEvents: ['RecordStopped'] },
    });
    const shown = await call('GetCallback', { AppId: 'app1' }, '2020-12-01');
    expect(shown.body.Result).toMatchObject({ AppId: 'app1', Callbacks: [{ URL: 'https://me.example/cb', SecretKey: '********' }] });
    await call('UpdateCallback', { ...config, EventList: [], SecretKey: '********' }, '2020-12-01');
    expect(state.settings.volcengine).toMatchObject({ callbackKey: 'key', callbackEvents: null });
    await call('DeleteCallback', { AppID: 'app1' }, '2020-12-01');
    expect((await call('GetCallback', { AppID: 'app1' }, '2020-12-01')).body.Result).toMatchObject({ Callbacks: [] });
    expect((await call('CreateCallback', { ...config, URL: 'ftp://x' }, '2020-12-01')).body.ResponseMetadata.Error?.Message).toContain(
      'URL',
    );
    expect((await call('CreateCallback', config, '2023-11-01')).body.ResponseMetadata.Error?.CodeN).toBe(100_008);
  });
});
