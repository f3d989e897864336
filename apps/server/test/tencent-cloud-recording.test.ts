import { createHash, createHmac } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isTerminal } from '@tapedeck/protocol';
import { decodeFile, type LightPublisher, readTestPicture, requirement, type S3Server, startS3Server } from '@tapedeck/testkit';
import { trtc, vod } from 'tencentcloud-sdk-nodejs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CallbackReceiver, receiveTencentCallbacks, type TencentCallback } from './support/callback-receiver.ts';
import { bringPeople, sendHome } from './support/people.ts';
import { cleanUp, makeDataDir, type ServerProcess, startServerProcess, testPair } from './support/server-process.ts';

const livekit = requirement('livekit');
const s3 = requirement('s3');
const sdkAppId = 1_400_000_001;
const callbackKey = '123654';
const userSigKey = 'a-key-of-the-console';
const bucketName = 'calls-1250000000';
type TrtcClient = InstanceType<typeof trtc.v20190722.Client>;
type Create = Parameters<TrtcClient['CreateCloudRecording']>[0];

/** The vendor's own maker of tickets. */
const tickets = new (
  createRequire(import.meta.url)('tls-sig-api-v2') as {
    Api: new (id: number, key: string) => { genUserSig(user: string, lifeS: number): string };
  }
).Api(sdkAppId, userSigKey);
/** `<begin>_<start>_<end>`, whose instants are those of event 100: both tell the first media, by clocks that are read one after the other. */
function expectLegacyName(name: string | undefined, begin: string, event: Readonly<Record<string, unknown>>): void {
  const time = String.raw`(\d{4}-\d\d-\d\d)-(\d\d)-(\d\d)-(\d\d)`;
  expect(name).toMatch(new RegExp(`^${begin}_${time}_${time}$`));
  const instants = [...(name ?? '').matchAll(new RegExp(`_${time}`, 'g'))].map(([, day, h, m, s]) => Date.parse(`${day}T${h}:${m}:${s}Z`));
  const told = [event['start_time'], event['end_time']].map((seconds) => Number(seconds) * 1000);
  for (const [index, ms] of instants.entries()) expect(Math.abs(ms - (told[index] ?? 0))).toBeLessThanOrEqual(1000);
}
const codeOf = async (call: Promise<unknown>): Promise<string> =>
  await call.then(
    () => 'none',
    (error: { code?: string }) => error.code ?? String(error),
  );

describe.skipIf(livekit === null || s3 === null)('the official Tencent SDK against this server', { timeout: 120_000 }, () => {
  let dataDir: string;
  let server: ServerProcess;
  let bucket: S3Server;
  let receiver: CallbackReceiver;
  const profile = (change: object = {}, http: object = {}) => ({
    credential: { secretId: testPair.key, secretKey: testPair.secret },
    region: 'ap-guangzhou',
    profile: { httpProfile: { endpoint: new URL(server.url).host, protocol: 'http://', ...http }, ...change },
  });
  const client = (change: object = {}, http: object = {}): TrtcClient => new trtc.v20190722.Client(profile(change, http) as never);
  const library = () => new vod.v20180717.Client(profile() as never);
  const recordingOf = (RoomId: string, change: object = {}): Create => ({
    ...{ SdkAppId: sdkAppId, RoomId, RoomIdType: 1, UserId: 'recorder_1', UserSig: tickets.genUserSig('recorder_1', 600) },
    RecordParams: { RecordMode: 2, StreamType: 0, MaxIdleTime: 60 },
    StorageParams: { CloudVod: { TencentVod: { ExpireTime: 0, MediaType: 0, SourceContext: 'lesson 7' } } },
    MixTranscodeParams: { VideoParams: { Width: 640, Height: 360, Fps: 15, BitRate: 500_000, Gop: 10 } },
    MixLayoutParams: { MixLayoutMode: 3 },
    ...change,
  });
  const told = (taskId: string | undefined): TencentCallback[] => receiver.callbacks.filter(({ info }) => info['TaskId'] === taskId);
  const typesOf = (taskId: string | undefined): number[] => told(taskId).map(({ type }) => type);
  const payload = (taskId: string | undefined, type: number) => told(taskId).find((callback) => callback.type === type)?.info['Payload'];
  const until = async (work: () => Promise<void> | void): Promise<void> => await vi.waitFor(work, { timeout: 60_000, interval: 100 });
  const untilStatus = async (TaskId: string | undefined, status: string): Promise<void> =>
    await until(async () => {
      const { Status } = await client().DescribeCloudRecording({ SdkAppId: sdkAppId, TaskId: TaskId ?? '' });
      expect(Status).toBe(status);
    });
  const native = async (method: string, path: string, body: object): Promise<void> => {
    const authorization = `Basic ${btoa(`${testPair.key}:${testPair.secret}`)}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}${path}`, { method, headers, body: JSON.stringify(body) });
    expect(answer.ok, await answer.text()).toBe(true);
  };
  /** So long the recording goes on. */
  const during = async (ms: number): Promise<void> => {
    const startedMs = Date.now();
    await vi.waitFor(() => expect(Date.now() - startedMs).toBeGreaterThan(ms), { timeout: ms + 5000, interval: 50 });
  };

  beforeAll(async () => {
    dataDir = makeDataDir();
    bucket = await startS3Server(s3 ?? '');
    bucket.makeBucket(bucketName);
    server = await startServerProcess(dataDir, { TAPEDECK_OUTGOING_ALLOW_PRIVATE: '127.0.0.1', TAPEDECK_DIALECTS_MAX_TENCENT_TASKS: '8' });
    receiver = await receiveTencentCallbacks(callbackKey);
    const tencent = { sdkAppIds: [sdkAppId], callbackUrl: receiver.url, callbackKey, userSigKey, bizId: 1234 };
    await native('PATCH', '/v1/application', { tencent });
    const { accessKeyId, secretAccessKey, endpoint } = bucket;
    await native('POST', '/v1/storages', {
      name: 'cos-calls',
      preset: 'minio',
      endpoint,
      bucket: bucketName,
      accessKeyId,
      secretAccessKey,
    });
  });
  afterAll(async () => {
    receiver.close();
    await cleanUp(dataDir, server);
    await bucket.close();
  });

  it('records a mix, changes its layout, finds the file and hears of all that', async () => {
    const people: readonly LightPublisher[] = await bringPeople(server, '4321', ['ada', 'bo']);
    const { TaskId } = await client().CreateCloudRecording(recordingOf('4321'));
    await untilStatus(TaskId, 'InProgress');
    await during(2500);
    const name = { SdkAppId: sdkAppId, TaskId: TaskId ?? '' };
    const whole = { Top: 0, Left: 0, Width: 640, Height: 360, UserId: 'bo', RenderMode: 2 };
    expect((await client().ModifyCloudRecording({ ...name, MixLayoutParams: { MixLayoutMode: 4, MixLayoutList: [whole] } })).TaskId).toBe(
      TaskId,
    );
    await during(3000);
    expect((await client().DeleteCloudRecording(name)).TaskId).toBe(TaskId);
    await until(() => expect(typesOf(TaskId).at(-1)).toBe(312));
    await sendHome(people);
    expect(await codeOf(client().DescribeCloudRecording(name))).toBe('ResourceNotFound');
    expect(typesOf(TaskId)).toEqual([301, 302, 311, 312]);
    expect(payload(TaskId, 302)).toEqual({ LeaveCode: 0 });
    expect(told(TaskId).every(({ info }) => info['RoomId'] === '4321' && info['UserId'] === 'recorder_1')).toBe(true);

    const came = receiver.callbacks.filter(({ type, info }) => type === 103 && info['RoomId'] === 4321).map(({ info }) => info['UserId']);
    expect(came.toSorted()).toEqual(['ada', 'bo']); // no robot
    const { TotalCount, MediaInfoSet } = await library().SearchMedia({ NamePrefixes: [`${sdkAppId}_4321`], TrtcRoomIds: ['4321'] });
    const media = MediaInfoSet?.[0];
    expect(TotalCount).toBe(1);
    expect(media).toMatchObject({
      BasicInfo: {
        ...{ Name: `${sdkAppId}_4321`, Type: 'mp4', Category: 'Video', ExpireTime: '9999-12-31T23:59:59Z' },
        SourceInfo: {
          ...{ SourceType: 'TrtcRecord', SourceContext: 'lesson 7' },
          TrtcRecordInfo: { SdkAppId: sdkAppId, RoomId: '4321', TaskId, UserIds: ['ada', 'bo'] },
        },
      },
      MetaData: { Width: 640, Height: 360 },
    });
    const committed = (payload(TaskId, 311) as { TencentVod: Record<string, unknown> }).TencentVod;
    expect(committed).toMatchObject({
      UserId: '',
      TrackType: 'audio_video',
      MediaId: 'mix',
      FileId: media?.FileId,
      CacheFile: `${sdkAppId}_4321.mp4`,
    });
    for (const url of [media?.BasicInfo?.MediaUrl ?? '', String(committed['VideoUrl'])]) {
      const path = join(dataDir, 'download.mp4');
      writeFileSync(path, Buffer.from(await (await fetch(url)).arrayBuffer()));
      const shown: number[] = [];
      const { durationMs } = await decodeFile(path, {
        picture: ({ width, height, planes, strides }) => {
          const picture = readTestPicture({ luma: planes[0]!, lumaStride: strides[0]!, x: 0, y: 0, width, height });
          if (picture !== null) shown.push(picture.identity);
        },
        sound: () => undefined,
      });
      expect(Math.abs(durationMs / 1000 - (media?.MetaData?.Duration ?? 0))).toBeLessThan(0.2);
      expect(shown.at(-1)).toBe(2); // bo alone, on all of the canvas
    }
  });

  it('records sound alone, or pictures alone, in the documented rates and with a prefix', async () => {
    const people = await bringPeople(server, '55', ['ada']);
    const start = async (UserId: string, StreamType: number, MediaType: number): Promise<string> => {
      const change = {
        ...{ UserId, UserSig: tickets.genUserSig(UserId, 600), RecordParams: { RecordMode: 2, StreamType } },
        StorageParams: { CloudVod: { TencentVod: { MediaType, UserDefineRecordId: UserId, ExpireTime: 86_400 } } },
        MixTranscodeParams: { AudioParams: { SampleRate: 3, Channel: 1, BitRate: 32_000 } },
      };
      return (await client().CreateCloudRecording(recordingOf('55', change))).TaskId ?? '';
    };
    const tasks = await Promise.all([start('sound', 1, 2), start('pictures', 2, 0)]);
    for (const TaskId of tasks) await untilStatus(TaskId, 'InProgress');
    await during(2500);
    for (const TaskId of tasks) await client().DeleteCloudRecording({ SdkAppId: sdkAppId, TaskId });
    for (const TaskId of tasks) await until(() => expect(typesOf(TaskId).at(-1)).toBe(312));
    await sendHome(people);
    const one = async (prefix: string) =>
      (await library().SearchMedia({ NamePrefixes: [`${prefix}__UserDefine_u_${sdkAppId}_55`] })).MediaInfoSet?.[0];
    const [sound, pictures] = [await one('sound'), await one('pictures')];
    expect(sound).toMatchObject({
      BasicInfo: { Type: 'aac', Category: 'Audio' },
      MetaData: { VideoStreamSet: [], AudioStreamSet: [{ Codec: 'aac' }] },
    });
    expect(pictures).toMatchObject({
      BasicInfo: { Type: 'mp4' },
      MetaData: { Width: 360, Height: 640, AudioStreamSet: [], VideoStreamSet: [{ Codec: 'h264' }] },
    });
    const keptMs = Date.parse(sound?.BasicInfo?.ExpireTime ?? '') - Date.parse(sound?.BasicInfo?.CreateTime ?? '');
    expect(Math.abs(keptMs - 86_400_000)).toBeLessThan(60_000);
    const adts = Buffer.from(await (await fetch(sound?.BasicInfo?.MediaUrl ?? '')).arrayBuffer());
    expect([adts.readUInt16BE(0) >> 4, (adts.readUInt8(2) >> 2) & 15]).toEqual([0xfff, 8]); // index 8: 16000 Hz
  });

  it('keeps what is written beside a file, and deletes it', async () => {
    const { MediaInfoSet } = await library().SearchMedia({ TrtcSdkAppIds: [sdkAppId], SourceTypes: ['TrtcRecord'], TrtcRoomIds: ['4321'] });
    const FileId = MediaInfoSet?.[0]?.FileId ?? '';
    await library().ModifyMediaInfo({ FileId, Name: 'Lesson 7', AddTags: ['maths'] });
    const infos = await library().DescribeMediaInfos({ FileIds: [FileId, 'file_none'], Filters: ['basicInfo'] });
    expect(infos).toMatchObject({
      MediaInfoSet: [{ BasicInfo: { Name: 'Lesson 7', TagSet: ['maths'] }, MetaData: null }],
      NotExistFileIdSet: ['file_none'],
    });
    const url = infos.MediaInfoSet?.[0]?.BasicInfo?.MediaUrl ?? '';
    await library().DeleteMedia({ FileId });
    expect((await library().SearchMedia({ FileIds: [FileId] })).TotalCount).toBe(0);
    expect((await fetch(url)).status).toBe(404);
    expect(await codeOf(library().DeleteMedia({ FileId }))).toBe('InvalidParameterValue.FileId');
  });

  it('records single streams into a bucket, under the documented names', async () => {
    const room = 'stand up';
    const people = [
      ...(await bringPeople(server, room, ['ada'])),
      ...(await bringPeople(server, room, ['sue'], true)),
      ...(await bringPeople(server, room, ['bot'])),
    ];
    const { TaskId = '' } = await client().CreateCloudRecording(
      recordingOf(room, {
        RoomIdType: 0,
        RecordParams: {
          RecordMode: 1,
          OutputFormat: 1,
          SubscribeStreamUserIds: { UnSubscribeAudioUserIds: ['bo.*$'], UnSubscribeVideoUserIds: ['bo.*$'] },
        },
        StorageParams: {
          CloudStorage: {
            Vendor: 0,
            Region: 'ap-guangzhou',
            Bucket: bucketName,
            AccessKey: 'x',
            SecretKey: 'y',
            FileNamePrefix: ['p1', 'p2'],
          },
        },
        MixTranscodeParams: undefined,
        MixLayoutParams: undefined,
      }),
    );
    await untilStatus(TaskId, 'InProgress');
    await until(async () => {
      const { StorageFileList } = await client().DescribeCloudRecording({ SdkAppId: sdkAppId, TaskId });
      expect(StorageFileList?.map(({ UserId, TrackType }) => `${UserId} ${TrackType}`).toSorted()).toEqual([
        'ada audio',
        'ada video',
        'sue audio',
        'sue video',
      ]);
    });
    await until(() => expect(typesOf(TaskId)).toEqual([301, 303, 307, 304, 307, 304, 307, 304, 307, 304]));
    await client().DeleteCloudRecording({ SdkAppId: sdkAppId, TaskId });
    await until(() => expect(typesOf(TaskId)).toContain(310));
    await sendHome(people);
    const base = `${sdkAppId}_${Buffer.from(room).toString('base64').replaceAll('/', '-').replaceAll('=', '.')}`;
    const of = (user: string, media: string): string =>
      `${base}__UserId_s_${Buffer.from(user).toString('base64').replaceAll('=', '.')}__UserId_e_${media}`;
    const folder = join(bucket.folder, bucketName, 'p1', 'p2', TaskId);
    const names = readdirSync(folder).filter((file) => !file.endsWith('.ts'));
    expect(names.toSorted()).toEqual(
      ['_audio.m3u8', '_video.m3u8', '.mp4'].flatMap((end) => [`${of('ada', 'main')}${end}`, `${of('sue', 'aux')}${end}`]).toSorted(),
    );
    const playlist = readFileSync(join(folder, `${of('ada', 'main')}_video.m3u8`), 'utf8');
    for (const tag of [
      '#EXT-X-TRTC-START-REC-TIME:',
      '#EXT-X-TRTC-VIDEO-METADATA:',
      '#EXT-X-TRTC-USER-ID:ada',
      '#EXT-X-TRTC-MEDIA-ID:main',
    ])
      expect(playlist).toContain(tag);
    for (const segment of playlist.split('\n').filter((line) => line.endsWith('.ts'))) expect(segment).toMatch(/_video_\d{17}\.ts$/);
    expect(typesOf(TaskId).slice(-3)).toEqual([302, 305, 310]);
    expect(payload(TaskId, 307)).toMatchObject({ FileName: expect.stringMatching(/\.m3u8$/), BeginTimeStamp: expect.any(Number) });
    expect(payload(TaskId, 310)).toMatchObject({ Status: 0, FileList: expect.arrayContaining([`${of('ada', 'main')}.mp4`]) });
  });

  it('mixes in the legacy way, and is told the file with event 100', async () => {
    const people = await bringPeople(server, '77', ['ada', 'bo']);
    const mix = {
      ...{ SdkAppId: sdkAppId, RoomId: 77, OutputParams: { StreamId: 'my_mix', RecordId: 'lesson' }, LayoutParams: { Template: 1 } },
      EncodeParams: {
        AudioSampleRate: 48_000,
        AudioBitrate: 64,
        AudioChannels: 1,
        VideoWidth: 320,
        VideoHeight: 240,
        VideoBitrate: 300,
        VideoFramerate: 15,
        VideoGop: 2,
      },
    };
    await client().StartMCUMixTranscode(mix);
    await until(async () => expect((await server.api.list({ room: '77' })).items[0]?.state).toBe('recording'));
    await during(2500);
    await client().StartMCUMixTranscode({ ...mix, LayoutParams: { Template: 0, MainVideoUserId: 'bo' } });
    await client().RemoveUser({ SdkAppId: sdkAppId, RoomId: 77, UserIds: ['ada', 'nobody'] });
    await until(() =>
      expect(receiver.callbacks.find(({ type, info }) => type === 104 && info['RoomId'] === 77)?.info).toMatchObject({
        UserId: 'ada',
        Reason: 3,
      }),
    );
    await client().StopMCUMixTranscode({ SdkAppId: sdkAppId, RoomId: 77 });
    const legacy = (): TencentCallback | undefined => receiver.callbacks.find(({ type }) => type === 100);
    await until(() => expect(legacy()).toBeDefined());
    const body = legacy()?.body ?? {};
    expect(body).toMatchObject({
      event_type: 100,
      appid: sdkAppId,
      stream_id: 'my_mix',
      file_format: 'mp4',
      stream_param: 'userdefinerecordid=lesson',
    });
    expect(body['sign']).toBe(
      createHash('md5')
        .update(`${callbackKey}${String(body['t'])}`)
        .digest('hex'),
    );
    const found = await library().SearchMedia({ StreamIds: ['my_mix'] });
    expect(found).toMatchObject({
      TotalCount: 1,
      MediaInfoSet: [{ FileId: body['file_id'], BasicInfo: { SourceInfo: { SourceType: 'Record' } } }],
    });
    expectLegacyName(found.MediaInfoSet?.[0]?.BasicInfo?.Name, 'lesson', body);
    expect(await library().SearchMedia({ NamePrefixes: ['lesson_2'] })).toMatchObject({
      TotalCount: 1,
      MediaInfoSet: [{ FileId: body['file_id'] }],
    });
    expect(await codeOf(client().StopMCUMixTranscode({ SdkAppId: sdkAppId, RoomId: 77 }))).toBe('FailedOperation.MixSessionNotExist');
    await sendHome(people);
  });

  it('records rooms by themselves in the legacy scheme, and finds their files by either stream id', async () => {
    const recording = { outputs: [{ type: 'individual', formats: ['flv', 'mp4'] }], resumeWaitS: 1 };
    await native('PATCH', '/v1/application', {
      autoRecord: { match: { rooms: ['5000'] }, recording, tencent: { sdkAppId, scheme: 'legacy' } },
    });
    const people = await bringPeople(server, '5000', ['userA']);
    await until(async () => expect((await server.api.list({ room: '5000' })).items[0]?.state).toBe('recording'));
    await native('PATCH', '/v1/application', { autoRecord: null });
    await during(2000);
    await sendHome(people);
    const digest = `1234_${createHash('md5').update('5000_userA_main').digest('hex')}`;
    const ofStream = () => receiver.callbacks.filter(({ body }) => body['stream_id'] === digest).map(({ body }) => body);
    await until(() =>
      expect(
        ofStream()
          .map((body) => body['file_format'])
          .toSorted(),
      ).toEqual(['flv', 'mp4']),
    );
    for (const StreamIds of [[digest.toUpperCase()], [`${sdkAppId}_5000_userA_main`]]) {
      expect((await library().SearchMedia({ StreamIds, SourceTypes: ['Record'] })).TotalCount).toBe(2);
      expect((await library().SearchMedia({ StreamIds, SourceTypes: ['TrtcRecord'] })).TotalCount).toBe(0);
    }
    const { MediaInfoSet = [] } = await library().SearchMedia({ NamePrefixes: [`${digest}_`] });
    expect(MediaInfoSet).toHaveLength(2);
    for (const { FileId, BasicInfo } of MediaInfoSet)
      expectLegacyName(BasicInfo?.Name, digest, ofStream().find((body) => body['file_id'] === FileId) ?? {});
    expect((await library().SearchMedia({ StreamId: `${sdkAppId}_5000_userA_aux` })).TotalCount).toBe(0);
  });

  it('ends with the room and with an empty one, and says why', async () => {
    const people = await bringPeople(server, '88', ['ada']);
    const { TaskId: dismissed } = await client().CreateCloudRecording(recordingOf('88'));
    const { TaskId: empty } = await client().CreateCloudRecording(recordingOf('89', { RecordParams: { RecordMode: 2, MaxIdleTime: 5 } }));
    await untilStatus(dismissed, 'InProgress');
    expect((await client().DescribeCloudRecording({ SdkAppId: sdkAppId, TaskId: empty ?? '' })).Status).toBe('Idle');
    await during(2000);
    await client().DismissRoom({ SdkAppId: sdkAppId, RoomId: 88 });
    await until(() => expect([payload(dismissed, 302), payload(empty, 302)]).toEqual([{ LeaveCode: 2 }, { LeaveCode: 99 }]));
    await sendHome(people);
    const ofRoom = (): unknown[] => receiver.callbacks.filter(({ info }) => info['RoomId'] === 88).map(({ type }) => type);
    await until(() => expect(ofRoom()).toEqual(expect.arrayContaining([101, 103, 201, 203, 104, 102])));
    expect(await codeOf(client().DismissRoom({ SdkAppId: sdkAppId, RoomId: 404 }))).toBe('FailedOperation.RoomNotExist');
  });

  it('is told its minutes', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const { UsageKey, UsageList } = await client().DescribeRecordingUsage({
      StartTime: today,
      EndTime: today,
      MixType: 'multi',
      SdkAppId: sdkAppId,
    });
    expect(UsageKey).toEqual(['Audio', 'SD', 'HD', 'FullHD', '2K', '4K']);
    expect(UsageList?.[0]?.UsageValue?.[1]).toBeGreaterThan(0);
    expect((await client().DescribeMixTranscodingUsage({ StartTime: today, EndTime: today })).UsageKey).toHaveLength(11);
  });

  it.each([
    ['TC3 by GET', {}, { reqMethod: 'GET' }],
    ['HmacSHA1 by POST', { signMethod: 'HmacSHA1' }, {}],
    ['HmacSHA256 by GET', { signMethod: 'HmacSHA256' }, { reqMethod: 'GET' }],
    ['localhost', {}, {}],
  ])('may sign otherwise: %s', async (name, change, http) => {
    const endpoint = name === 'localhost' ? { endpoint: new URL(server.url).host.replace('127.0.0.1', 'localhost') } : {};
    const other = client(change, { ...http, ...endpoint });
    const { TaskId } = await other.CreateCloudRecording(recordingOf('90'));
    const task = { SdkAppId: sdkAppId, TaskId: TaskId ?? '' };
    const list = [{ Top: 0, Left: 0, Width: 640, Height: 360 }];
    await other.ModifyCloudRecording({ ...task, MixLayoutParams: { MixLayoutMode: 4, MixLayoutList: list, PureAudioDisableLayout: true } });
    await other.DeleteCloudRecording(task);
    expect(await codeOf(other.DeleteCloudRecording({ ...task, TaskId: 'none' }))).toBe('ResourceNotFound');
  });

  it('is refused as documented', async () => {
    const keys = (secretId: string, secretKey: string) =>
      new trtc.v20190722.Client({ ...profile(), credential: { secretId, secretKey } } as never);
    const name = { SdkAppId: sdkAppId, TaskId: 'none' };
    const start = async (change: object) => await codeOf(client().CreateCloudRecording(recordingOf('91', change)));
    expect(await codeOf(keys(testPair.key, 'wrong').DescribeCloudRecording(name))).toBe('AuthFailure.SignatureFailure');
    expect(await codeOf(keys('nobody', testPair.secret).DescribeCloudRecording(name))).toBe('AuthFailure.SecretIdNotFound');
    expect(await codeOf(client().DescribeCloudRecording(name))).toBe('ResourceNotFound');
    expect(await codeOf(client().request('FlyToTheMoon', {}))).toBe('InvalidAction');
    expect(await codeOf(client().request('SearchMedia', {}))).toBe('InvalidAction');
    expect(await start({ RecordParams: {} })).toBe('MissingParameter.RecordMode');
    expect(await start({ RecordParams: { RecordMode: 2, MaxIdleTime: 4 } })).toBe('InvalidParameter.OutOfRange');
    expect(await start({ RecordParams: { RecordMode: '2' } })).toBe('InvalidParameter');
    expect(await start({ Colour: 'red' })).toBe('UnknownParameter');
    expect(await start({ UserSig: tickets.genUserSig('another', 600) })).toBe('InvalidParameter.UserSig');
    expect(await start({ SdkAppId: 1_400_000_002 })).toBe('InvalidParameter.SdkAppId');
    expect(await codeOf(client().DeleteCloudRecording({ SdkAppId: 1_400_000_002, TaskId: 'foreign' }))).toBe(
      'AuthFailure.UnauthorizedOperation',
    );
    const strange = { CloudStorage: { Vendor: 0, Region: 'ap-guangzhou', Bucket: 'strange-1250000000', AccessKey: 'x', SecretKey: 'y' } };
    expect(await start({ StorageParams: strange })).toBe('InvalidParameter.OutOfRange');
    for (const seconds of [-301, 301]) {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 });
      try {
        expect(await codeOf(client().DescribeCloudRecording(name))).toBe('AuthFailure.SignatureExpire');
      } finally {
        vi.useRealTimers();
      }
    }
  });

  it('has as many live recordings as the configuration allows, and room for another one when one has ended', async () => {
    const started: string[] = [];
    let room = 9300; // each its own: the robot of a room pushes out its like
    const create = async () => started.push((await client().CreateCloudRecording(recordingOf(String(room++)))).TaskId ?? '');
    const start = async (): Promise<string> => await codeOf(create());
    // What the tests before have made counts until it has ended; that of a template goes on for as long as it waits for people to come back.
    await until(async () => expect((await server.api.list({ limit: '100' })).items.filter(({ state }) => !isTerminal(state))).toEqual([]));
    while ((await start()) === 'none');
    expect([await start(), started.length]).toEqual(['FailedOperation.RestrictedConcurrency', 8]);
    const end = async (TaskId = ''): Promise<unknown> => await client().DeleteCloudRecording({ SdkAppId: sdkAppId, TaskId });
    await end(started.shift());
    expect(await start()).toBe('none');
    await Promise.all(started.map(end));
  });

  it('answers altered bodies and repeated calls', async () => {
    const body = JSON.stringify(recordingOf('92'));
    const now = Math.floor(Date.now() / 1000);
    const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
    const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
    const date = new Date(now * 1000).toISOString().slice(0, 10);
    const canonical = `POST\n/\n\ncontent-type:application/json; charset=utf-8\nhost:${new URL(server.url).host}\nx-tc-action:createcloudrecording\n\ncontent-type;host;x-tc-action\n${hash(body)}`;
    const key = hmac(hmac(hmac(`TC3${testPair.secret}`, date), 'trtc'), 'tc3_request');
    const signature = hmac(key, `TC3-HMAC-SHA256\n${now}\n${date}/trtc/tc3_request\n${hash(canonical)}`).toString('hex');
    const headers = {
      ...{
        'Content-Type': 'application/json; charset=utf-8',
        'X-TC-Action': 'CreateCloudRecording',
        'X-TC-Version': '2019-07-22',
        'X-TC-TraceId': 'trace-1',
      },
      ...{ 'X-TC-Timestamp': String(now), Authorization: `TC3-HMAC-SHA256 Credential=${testPair.key}/${date}/trtc/tc3_request, SignedHeaders=content-type;host;x-tc-action, Signature=${signature}` }, // prettier-ignore
    };
    const post = async (text: string) => {
      const answer = await fetch(`${server.url}/`, { method: 'POST', headers, body: text });
      expect([answer.status, answer.headers.get('content-type'), answer.headers.get('x-tc-traceid')]).toEqual([
        200,
        'application/json',
        'trace-1',
      ]);
      return ((await answer.json()) as { Response: Record<string, unknown> }).Response;
    };
    expect(await post(body.replace('"92"', '"93"'))).toMatchObject({
      Error: { Code: 'AuthFailure.SignatureFailure' },
      RequestId: expect.any(String),
    });
    const [first, again] = [await post(body), await post(body)];
    expect(again['TaskId']).toBe(first['TaskId']);
    expect((await server.api.list({ room: '92' })).items).toHaveLength(1);
    await client().DeleteCloudRecording({ SdkAppId: sdkAppId, TaskId: String(first['TaskId']) });
  });

  it('verifies every callback by its bytes', () => {
    const signed = receiver.callbacks.filter(({ type }) => type !== 100);
    expect(signed.length).toBeGreaterThan(20);
    expect(signed.filter(({ isSigned, sdkAppId: id }) => !isSigned || id !== String(sdkAppId))).toEqual([]);
  });
});
