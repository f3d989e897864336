import { InvalidStateError } from '@tapedeck/catalogue';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actions } from '../src/actions/actions.ts';
import { testApplication } from './memory-catalogue.ts';
import { fixture, nowMs, signed, ticketMaker } from './signed-calls.ts';

const sdkAppId = 1_400_000_001;
const userSig = ticketMaker(sdkAppId).genUserSig('robot_1', 1_000_000_000);
const minimal = {
  ...{ SdkAppId: sdkAppId, RoomId: '4321', UserId: 'robot_1', UserSig: userSig },
  RecordParams: { RecordMode: 2 },
  StorageParams: { CloudVod: { TencentVod: {} } },
};
const cos = { Vendor: 0, Region: 'ap-guangzhou', Bucket: 'calls-1250000000', AccessKey: 'id', SecretKey: 'key' };
const soon = { now: () => Date.now() };

/** The tickets are made by the clock of this machine. */
const make = (change: Parameters<typeof fixture>[0] = {}) => fixture({ ...soon, ...change });
const call = async (parameters: unknown, change = {}, action = 'CreateCloudRecording') =>
  await make(change).call(action, parameters, { atMs: Date.now() });
const withPath = (path: string, value: unknown): unknown => {
  const copy = structuredClone({
    ...minimal,
    MixTranscodeParams: { VideoParams: video, AudioParams: audio },
    MixLayoutParams: { MixLayoutMode: 3 },
  }) as never;
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let at: Record<string, unknown> = copy;
  for (const step of steps) at = (at[step] ??= {}) as Record<string, unknown>;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
};
/** The path of every value that is no object. */
function leavesOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (value === null || typeof value !== 'object') return [path];
  return Object.entries(value).flatMap(([name, child]) => leavesOf(child, [...path, name]));
}
const video = { Width: 640, Height: 360, Fps: 15, BitRate: 500_000, Gop: 10 };
const audio = { SampleRate: 1, Channel: 2, BitRate: 64_000 };

describe('CreateCloudRecording', () => {
  it('starts a native recording of the room, mixed, in the library', async () => {
    const { tasks, requests, call: send } = make();
    const answer = await send('CreateCloudRecording', minimal, { atMs: Date.now() });
    expect(answer).toEqual({ TaskId: expect.stringMatching(/^[A-Za-z0-9_-]{86}\.\.$/), RequestId: expect.any(String) });
    expect(requests.get('rec_0')).toMatchObject({
      ...{
        room: '4321',
        storage: 'default',
        prefix: '',
        idleTimeoutS: 86_400,
        resumeWaitS: 30,
        sliceS: 86_400,
        maxDurationS: 259_200,
        fill: 'last-frame',
      },
      outputs: [
        {
          ...{
            type: 'composite',
            formats: ['mp4'],
            layout: { name: 'grid', options: { cells: 'nine-grid', showAudioOnly: true, fit: 'cover' } },
          },
          video: { width: 360, height: 640, fps: 15, bitrateKbps: 550, gopS: 10 },
          audio: { sampleRateHz: 48_000, channels: 2, bitrateKbps: 64 },
        },
      ],
      subscribe: { audio: { allow: ['*'], deny: [] }, video: { allow: ['*'], deny: [] } },
    });
    expect(tasks[0]?.origin).toMatchObject({
      ...{ dialect: 'tencent', appId: String(sdkAppId), taskId: answer['TaskId'] },
      fileNames: { rule: 'tencent', separator: '_', base: `${sdkAppId}_4321`, folder: `${String(answer['TaskId'])}/`, userDefine: null },
    });
    expect(JSON.stringify(tasks[0]?.origin)).not.toContain(userSig.slice(0, 20));
  });

  it('makes files per user, HLS apart and MP4 together, in a bucket that is configured', async () => {
    const { requests, tasks, storages, call: send } = make();
    storages.push({
      id: 'stg_1',
      createdAt: '',
      updatedAt: '',
      value: { name: 'cos-calls', preset: 'cos', region: 'ap-guangzhou', bucket: cos.Bucket } as never,
    });
    const answer = await send(
      'CreateCloudRecording',
      {
        ...{ ...minimal, RoomId: 'stand/up?', RoomIdType: 0 },
        RecordParams: {
          ...{ RecordMode: 1, OutputFormat: 1, MediaId: 1, FillType: 1, MaxIdleTime: 60, MaxMediaFileDuration: 30 },
          SubscribeStreamUserIds: { SubscribeAudioUserIds: ['1.*$', 'ada'], UnSubscribeVideoUserIds: ['bo'] },
        },
        StorageParams: { CloudStorage: { ...cos, FileNamePrefix: ['p1', 'p2'] } },
      },
      { atMs: Date.now() },
    );
    expect(answer.Error).toBeUndefined();
    expect(requests.get('rec_0')).toMatchObject({
      ...{ room: 'stand/up?', storage: 'cos-calls', prefix: 'p1/p2/', resumeWaitS: 60, sliceS: 1800, fill: 'black' },
      outputs: [
        { type: 'individual', formats: ['hls'], merge: false, hls: { segments: 'ts', privateTags: true } },
        { type: 'individual', formats: ['mp4'], merge: true },
      ],
      subscribe: { audio: { allow: ['1*', 'ada'], sources: ['microphone'] }, video: { allow: ['*'], deny: ['bo'], sources: ['camera'] } },
    });
    expect(tasks[0]?.origin.fileNames).toMatchObject({ separator: '__', base: `${sdkAppId}_c3RhbmQvdXA-` });
  });

  it('adds a bucket by the keys of the call where its endpoint is allowed, and takes their new secret when they have one', async () => {
    const { requests, storages, call: send } = make({ allowedEndpoints: ['https://cos.ap-guangzhou.myqcloud.com'] });
    const start = async (change: object) =>
      await send('CreateCloudRecording', { ...minimal, StorageParams: { CloudStorage: { ...cos, ...change } } }, { atMs: Date.now() });
    expect((await start({ Region: 'ap-shanghai' })).Error?.Code).toBe('InvalidParameter.OutOfRange');
    for (const change of [{}, {}, { SecretKey: 'rotated' }, { AccessKey: 'another' }]) expect((await start(change)).Error).toBeUndefined();
    expect(storages.map(({ value }) => [value.accessKeyId, value.secretAccessKey])).toEqual([['id', 'rotated'], ['another', 'key']]); // prettier-ignore
    expect([...requests.values()].map(({ storage }) => storage)).toEqual([0, 0, 0, 1].map((index) => storages[index]?.value.name));
  });

  it('takes the very same call once, and another with the same robot in place of the first', async () => {
    const { tasks, send, call: other } = make();
    const same = signed('CreateCloudRecording', '2019-07-22', JSON.stringify(minimal), Math.floor(Date.now() / 1000));
    const [first, again] = [await send(same), await send(same)];
    expect(again['TaskId']).toBe(first['TaskId']);
    expect(tasks.length).toBe(1);
    const second = await other('CreateCloudRecording', minimal, { atMs: Date.now() });
    expect(second['TaskId']).not.toBe(first['TaskId']);
    expect(tasks.map(({ desired, origin }) => [desired, origin.details['leaveCode']])).toEqual([['stopped', 101], ['recording', null]]); // prettier-ignore
  });

  it('leaves one of the calls with the same robot that come at once', async () => {
    const { tasks, call: send } = make();
    const calls = Array.from({ length: 20 }, async () => await send('CreateCloudRecording', minimal, { atMs: Date.now() }));
    expect(new Set((await Promise.all(calls)).map((answer) => answer['TaskId'])).size).toBe(20);
    expect(tasks.filter(({ desired }) => desired === 'recording')).toHaveLength(1);
  });

  it('does not push its own task out when the very same call comes twice at once', async () => {
    const { tasks, send, catalogue } = make();
    const same = signed('CreateCloudRecording', '2019-07-22', JSON.stringify(minimal), Math.floor(Date.now() / 1000));
    await send(same);
    // The first call was not to be seen yet when the second one looked for it, and is there when the second one starts.
    Object.assign(catalogue.dialects, { find: async () => null, createIf: async () => ({ task: tasks[0], isNew: false }) });
    await send(same);
    expect(tasks.map(({ desired }) => desired)).toEqual(['recording']);
  });

  it('pushes a robot out that is leaving by itself at the same moment', async () => {
    const { tasks, catalogue, call: send } = make();
    await send('CreateCloudRecording', minimal, { atMs: Date.now() });
    Object.assign(catalogue.recordings, {
      setDesired: async () => {
        throw new InvalidStateError('rec_0', 'completed', 'stopped');
      },
    });
    expect((await send('CreateCloudRecording', minimal, { atMs: Date.now() })).Error).toBeUndefined();
    expect(tasks).toHaveLength(2);
  });

  it('takes tickets of the application’s primary secret, whichever of its keys signs', async () => {
    const made = make();
    Object.assign(made.catalogue.dialects, {
      applicationOf: async () => ({ ...testApplication, key: 'primary', secret: 'primary secret' }),
    });
    const start = async (UserSig: string) =>
      (await made.call('CreateCloudRecording', { ...minimal, UserSig }, { atMs: Date.now() })).Error?.Code;
    expect(await start(ticketMaker(sdkAppId, 'primary secret').genUserSig('robot_1', 600))).toBeUndefined();
    expect(await start(userSig)).toBe('InvalidParameter.UserSig');
  });

  it('refuses more than the application may have at once', async () => {
    const { call: send } = make({ maxTasks: 1 });
    await send('CreateCloudRecording', minimal, { atMs: Date.now() });
    const answer = await send('CreateCloudRecording', { ...minimal, RoomId: '1' }, { atMs: Date.now() });
    expect(answer.Error?.Code).toBe('FailedOperation.RestrictedConcurrency');
  });

  it('starts as many of a burst as the application may have', async () => {
    const { tasks, call: send } = make({ maxTasks: 3 });
    const calls = Array.from({ length: 20 }, (_, room) =>
      send('CreateCloudRecording', { ...minimal, RoomId: String(room + 1) }, { atMs: Date.now() }),
    );
    const codes = (await Promise.all(calls)).map(({ Error }) => Error?.Code);
    expect(codes.filter((code) => code === 'FailedOperation.RestrictedConcurrency')).toHaveLength(17);
    expect(tasks).toHaveLength(3);
  });

  it.each<readonly [path: string, value: unknown, code: string]>([
    ['SdkAppId', undefined, 'MissingParameter.SdkAppId'],
    ['RoomId', undefined, 'MissingParameter.RoomId'],
    ['UserId', '', 'MissingParameter.UserId'],
    ['UserSig', null, 'MissingParameter.UserSig'],
    ['RecordParams', undefined, 'MissingParameter.RecordParams'],
    ['RecordParams.RecordMode', undefined, 'MissingParameter.RecordMode'],
    ['StorageParams', undefined, 'MissingParameter.StorageParams'],
    ['StorageParams', {}, 'MissingParameter.CloudStorage'],
    ...['Vendor', 'Region', 'Bucket', 'AccessKey', 'SecretKey'].map(
      (name) => ['StorageParams', { CloudStorage: { ...cos, [name]: undefined } }, `MissingParameter.${name}`] as const,
    ),
    ['StorageParams.CloudStorage', cos, 'InvalidParameter.OutOfRange'],
    ['MixLayoutParams.MixLayoutMode', undefined, 'MissingParameter'],
    ['MixTranscodeParams.VideoParams.Gop', undefined, 'MissingParameter'],
    ['SdkAppId', 666, 'InvalidParameter.SdkAppId'],
    ['SdkAppId', '1400000001', 'InvalidParameter'],
    ['RoomId', 4321, 'InvalidParameter'],
    ['RecordParams', [], 'InvalidParameter'],
    ['MixLayoutParams.PureAudioDisableLayout', 1, 'InvalidParameter'],
    ['RecordParams.Bitrate', 1, 'UnknownParameter'],
    ['__proto__x', 1, 'UnknownParameter'],
    ['RoomId', 'standup', 'InvalidParameter.OutOfRange'],
    ['RoomId', '0', 'InvalidParameter.OutOfRange'],
    ['RoomId', '4294967296', 'InvalidParameter.OutOfRange'],
    ['RoomIdType', 2, 'InvalidParameter.OutOfRange'],
    ['UserId', 'not allowed', 'InvalidParameter.OutOfRange'],
    ['UserId', 'robot_2', 'InvalidParameter.UserSig'],
    ['UserSig', 'eJwXXX', 'InvalidParameter.UserSig'],
    ['PrivateMapKey', userSig, 'InvalidParameter.OutOfRange'],
    ['ResourceExpiredHour', 5, 'InvalidParameter.OutOfRange'],
    ['ResourceExpiredHour', 721, 'InvalidParameter.OutOfRange'],
    ['RecordParams.RecordMode', 3, 'InvalidParameter.OutOfRange'],
    ['RecordParams.StreamType', 3, 'InvalidParameter.OutOfRange'],
    ['RecordParams.MaxIdleTime', 4, 'InvalidParameter.OutOfRange'],
    ['RecordParams.MaxIdleTime', 86_401, 'InvalidParameter.OutOfRange'],
    ['RecordParams.OutputFormat', 5, 'InvalidParameter.OutOfRange'],
    ['RecordParams.MaxMediaFileDuration', 1441, 'InvalidParameter.OutOfRange'],
    ['RecordParams.MediaId', 3, 'InvalidParameter.OutOfRange'],
    [
      'RecordParams.SubscribeStreamUserIds',
      { SubscribeAudioUserIds: ['a'], UnSubscribeAudioUserIds: ['b'] },
      'InvalidParameter.OutOfRange',
    ],
    ['RecordParams.SubscribeStreamUserIds', { SubscribeVideoUserIds: Array.from({ length: 33 }, String) }, 'InvalidParameter.OutOfRange'],
    ['RecordParams.SubscribeStreamUserIds', { SubscribeVideoUserIds: ['a*b'] }, 'InvalidParameter.OutOfRange'],
    ['StorageParams.CloudVod.TencentVod.MediaType', 2, 'InvalidParameter.OutOfRange'],
    ['StorageParams.CloudVod.TencentVod.UserDefineRecordId', 'a b', 'InvalidParameter.OutOfRange'],
    ['StorageParams', { CloudStorage: cos }, 'InvalidParameter.OutOfRange'],
    ['StorageParams', { CloudStorage: { ...cos, Vendor: 2 } }, 'InvalidParameter.OutOfRange'],
    ['MixTranscodeParams.VideoParams.Width', 1922, 'InvalidParameter.OutOfRange'],
    ['MixTranscodeParams.VideoParams', { ...video, Width: 1920, Height: 1920 }, 'InvalidParameter.OutOfRange'],
    ['MixTranscodeParams.VideoParams.Fps', 61, 'InvalidParameter.OutOfRange'],
    ['MixTranscodeParams.VideoParams.BitRate', 63_999, 'InvalidParameter.OutOfRange'],
    ['MixTranscodeParams.AudioParams.SampleRate', 48_000, 'InvalidParameter.OutOfRange'],
    ['MixTranscodeParams.AudioParams.BitRate', 128_001, 'InvalidParameter.OutOfRange'],
    ['MixLayoutParams', { MixLayoutMode: 4 }, 'MissingParameter'],
    [
      'MixLayoutParams',
      { MixLayoutMode: 4, MixLayoutList: [{ Top: 0, Left: 600, Width: 100, Height: 10 }] },
      'InvalidParameter.OutOfRange',
    ],
    ['MixLayoutParams.BackGroundColor', 'red', 'InvalidParameter.OutOfRange'],
    ['MixLayoutParams.BackgroundImageUrl', 'http://x/y.gif', 'InvalidParameter.OutOfRange'],
    ['MixLayoutParams.WaterMarkList', [{ WaterMarkType: 1 }], 'MissingParameter'],
  ])('names %s = %j with its code', async (path, value, code) => {
    const { Error } = await call(withPath(path, value));
    expect(Error?.Code).toBe(code);
    const leaf = path.split('.').at(-1) ?? '';
    if (!['StorageParams', 'MixLayoutParams', 'UserId'].includes(leaf)) expect(Error?.Message).toContain(leaf.slice(0, 12));
  });

  it('takes integers beyond 2^53 for what they are', async () => {
    const json = JSON.stringify(minimal).replace(String(sdkAppId), '18446744073709551615');
    const answer = await make().send(signed('CreateCloudRecording', '2019-07-22', json, Math.floor(Date.now() / 1000)));
    expect(answer.Error?.Code).toBe('InvalidParameter.OutOfRange');
  });
});

describe('a task', () => {
  it('is described, changed as a whole, and ended', async () => {
    const { tasks, patches, call: send } = make();
    const at = { atMs: Date.now() };
    const { TaskId } = await send('CreateCloudRecording', { ...minimal, RecordParams: { RecordMode: 2, MediaId: 2 } }, at);
    const name = { SdkAppId: sdkAppId, TaskId };
    expect(await send('DescribeCloudRecording', name, at)).toMatchObject({ TaskId, Status: 'Idle', StorageFileList: [] });
    expect(
      await send('ModifyCloudRecording', { ...name, MixLayoutParams: { MixLayoutMode: 1, MaxResolutionUserId: 'ada' } }, at),
    ).toMatchObject({ TaskId });
    expect(patches[0]?.change).toMatchObject({
      layout: { name: 'floating', options: { main: { identity: 'ada', source: 'camera' } } },
      subscribe: { video: { allow: ['*'], sources: ['screen_share'] } },
    });
    expect(await send('DeleteCloudRecording', name, at)).toMatchObject({ TaskId });
    expect(tasks[0]?.desired).toBe('stopped');
    expect(await send('DescribeCloudRecording', name, at)).toMatchObject({ Status: 'Exited' });
  });

  it('that is over, another application’s or beyond its control time is not found', async () => {
    const { tasks, call: send } = make();
    const at = { atMs: Date.now() };
    const { TaskId } = await send('CreateCloudRecording', { ...minimal, ResourceExpiredHour: 6 }, at);
    const codes = async (name: object) =>
      await Promise.all(['Describe', 'Modify', 'Delete'].map(async (verb) => (await send(`${verb}CloudRecording`, name, at)).Error?.Code));
    const gone = ['ResourceNotFound', 'ResourceNotFound', 'ResourceNotFound'];
    expect(await codes({ SdkAppId: sdkAppId, TaskId: 'other' })).toEqual(gone);
    expect(await codes({ SdkAppId: 1, TaskId })).toEqual(gone);
    expect(await codes({ SdkAppId: 666, TaskId })).toEqual([
      'InvalidParameter.SdkAppId',
      'AuthFailure.UnauthorizedOperation',
      'AuthFailure.UnauthorizedOperation',
    ]);
    const [task] = tasks;
    if (task === undefined) throw new Error('no task');
    tasks[0] = { ...task, origin: { ...task.origin, details: { ...task.origin.details, expiresAtMs: Date.now() - 1 } } };
    expect(await codes({ SdkAppId: sdkAppId, TaskId })).toEqual(gone);
    tasks[0] = { ...task, recording: { ...task.recording, state: 'completed' } };
    expect(await codes({ SdkAppId: sdkAppId, TaskId })).toEqual(gone);
  });

  it('of single streams takes no layout', async () => {
    const { call: send } = make();
    const at = { atMs: Date.now() };
    const { TaskId } = await send('CreateCloudRecording', { ...minimal, RecordParams: { RecordMode: 1 } }, at);
    const answer = await send('ModifyCloudRecording', { SdkAppId: sdkAppId, TaskId, MixLayoutParams: { MixLayoutMode: 3 } }, at);
    expect(answer.Error?.Code).toBe('FailedOperation.CRUnsupportMethod');
  });
});

describe('a call', () => {
  const send = async (change: (sent: ReturnType<typeof signed>) => ReturnType<typeof signed>) =>
    (await fixture().send(change(signed('DescribeCloudRecording', '2019-07-22', '{"SdkAppId":1,"TaskId":"t"}', nowMs / 1000)))).Error?.Code;
  const header = (name: string, value: string | undefined) => send((sent) => ({ ...sent, headers: { ...sent.headers, [name]: value } }));

  it('that is altered, late, unknown or by a stranger has the documented code', async () => {
    expect(await send((sent) => sent)).toBe('ResourceNotFound');
    expect(await send((sent) => ({ ...sent, body: Buffer.from('{"SdkAppId":1,"TaskId":"u"}') }))).toBe('AuthFailure.SignatureFailure');
    expect(await header('x-tc-timestamp', String(nowMs / 1000 + 301))).toBe('AuthFailure.SignatureExpire');
    expect(await header('authorization', 'SKIP')).toBe('AuthFailure.InvalidAuthorization');
    expect(await header('authorization', undefined)).toBe('AuthFailure.InvalidAuthorization');
    expect(await header('x-tc-token', 'temporary')).toBe('AuthFailure.TokenFailure');
    expect(await header('x-tc-version', '2019-07-23')).toBe('NoSuchVersion');
    expect(await header('x-tc-version', '2018-07-17')).toBe('InvalidAction');
    expect(await header('x-tc-action', 'FlyToTheMoon')).toBe('InvalidAction');
    const stranger = signed('DescribeCloudRecording', '2019-07-22', '{}', nowMs / 1000);
    const authorization = String(stranger.headers.authorization).replace('Credential=ak/', 'Credential=ka/');
    expect((await fixture().send({ ...stranger, headers: { ...stranger.headers, authorization } })).Error?.Code).toBe(
      'AuthFailure.SecretIdNotFound',
    );
  });

  it('of any body is answered, and never as an internal error', async () => {
    const { call: random } = fixture();
    const names = [
      'SdkAppId',
      'RoomId',
      'TaskId',
      'RecordParams',
      'StorageParams',
      'MixLayoutParams',
      'UserIds',
      'FileIds',
      'RecordMode',
      'CloudVod',
      'x',
    ];
    const leaf = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.constant('4321'),
      fc.constant(1),
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom(...names), tie('any'), { maxKeys: 5 }),
      ),
    })).any;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...actions.keys()), value, async (action, body) => {
        const version = actions.get(action)?.version ?? '';
        const answer = await random(action, body, { version });
        expect(answer['RequestId']).toMatch(/^[0-9a-f-]{36}$/);
        expect(answer.Error?.Code ?? 'fine').not.toMatch(/^Internal/);
      }),
      { numRuns: 500 },
    );
  });

  it('that is right but for one value is answered, and never as an internal error', async () => {
    const full = {
      ...minimal,
      RecordParams: {
        RecordMode: 2,
        MaxIdleTime: 30,
        StreamType: 0,
        OutputFormat: 1,
        MediaId: 0,
        SubscribeStreamUserIds: { SubscribeAudioUserIds: ['a'] },
      },
      MixTranscodeParams: { VideoParams: video, AudioParams: audio },
      MixLayoutParams: {
        ...{
          MixLayoutMode: 4,
          BackGroundColor: '#000000',
          MaxResolutionUserId: 'a',
          MediaId: 0,
          BackgroundImageUrl: 'http://x/y.png',
          RenderMode: 1,
        },
        MixLayoutList: [{ Top: 0, Left: 0, Width: 10, Height: 10, UserId: 'a', Alpha: 0, ImageLayer: 1, RenderMode: 1, MediaId: 0 }],
        WaterMarkList: [
          { WaterMarkType: 0, WaterMarkImage: { WaterMarkUrl: 'http://x/y.png', Top: 0, Left: 0, Width: 1, Height: 1 } },
          {
            WaterMarkType: 1,
            WaterMarkChar: { Top: 0, Left: 0, Width: 1, Height: 1, Chars: 'x', FontSize: 14, FontColor: '#ffffff', Font: 'Tencent' },
          },
          { WaterMarkType: 2, WaterMarkTimestamp: { Pos: 0, TimeZone: 8, Font: 'Tencent' } },
        ],
      },
    };
    const made = make();
    const paths = leavesOf(full);
    const other = fc.oneof(
      fc.constantFrom(0, 1, 2, 3, 4, 1e9, -1, 0.5, '', '*', '.*$', '#123456', 'http://x/y.png', null, true, [], {}),
      fc.string({ unit: 'binary' }),
    );
    const codes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), other, async (path, value) => {
        const body = structuredClone(full) as unknown as Record<string, unknown>;
        const last = path.at(-1) ?? '';
        const parent = path.slice(0, -1).reduce((at, name) => at[name] as Record<string, unknown>, body);
        parent[last] = value;
        const { Error } = await made.call('CreateCloudRecording', body, { atMs: Date.now() });
        codes.add(Error?.Code ?? 'fine');
        expect(Error?.Code ?? 'fine', JSON.stringify([path, value])).not.toMatch(/^Internal|^AuthFailure/);
      }),
      { numRuns: 1500 },
    );
    expect(codes).toContain('fine');
  });

  it('of any bytes is answered too', async () => {
    const { send: raw } = fixture();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.string(), fc.uint8Array(), async (authorization, query, body) => {
        const answer = await raw({ method: 'POST', path: '/', query, headers: { authorization, host: 'h' }, body: Buffer.from(body) });
        expect(answer.Error?.Code).toMatch(/^(?:AuthFailure|MissingParameter|InvalidParameter)/);
      }),
      { numRuns: 300 },
    );
  });
});
