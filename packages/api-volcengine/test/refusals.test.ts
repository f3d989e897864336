import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isVolcengineRequest } from '../src/index.ts';
import { apiVersions } from '../src/versions.ts';
import { fakeServer } from './fake-server.ts';

const name = { AppId: 'app1', RoomId: 'room1', TaskId: 'task1' };
const vod = { Type: 1, VodConfig: { AccountId: '1', Space: 'space' } };
const good = { ...name, StorageConfig: vod };
const list = (...StreamList: object[]): object => ({ StreamList });
const region = { StreamIndex: 0, Width: 640, Height: 480 };
const layout = (regions: object[], canvas: object = {}): object => ({
  ...{ TargetStreams: list({ UserId: 'u', Index: 0 }), Layout: { LayoutMode: 2, CustomLayout: { Canvas: canvas, Regions: regions } } },
});
const customConfig = { Bucket: 'rec', AccessKey: 'a', SecretKey: 's' };

describe('a StartRecord that is refused', () => {
  it.each<[string, object, string, string]>([
    ['no AppId', { AppId: undefined }, 'InvalidParameter', 'AppId is missing'],
    ['an odd AppId', { AppId: 'a b' }, 'InvalidParameter.IllegalAppId', 'AppId must have'],
    ['an unknown AppId', { AppId: 'appX' }, 'InvalidParameter.NotExistAppId', 'appX'],
    ['another application’s AppId', { AppId: 'app2' }, 'AccessDenied.NoPermissionForApp', 'app2'],
    ['a bad RoomId', { RoomId: 'ö' }, 'InvalidParameter.IllegalRoomID', 'RoomId'],
    ['no TaskId', { TaskId: '' }, 'InvalidParameter', 'TaskId is missing'],
    ['a long TaskId', { TaskId: 'x'.repeat(129) }, 'InvalidParameter', 'TaskId must'],
    ['a TaskId that is a number', { TaskId: 7 }, 'InvalidParameter.Unmarshal', 'TaskId must be a string'],
    ['a bad BusinessId', { BusinessId: '*' }, 'InvalidParameter', 'BusinessId'],
    ['a bad RecordMode', { RecordMode: 2 }, 'InvalidParameter', 'RecordMode must be one of 0, 1'],
    ['a RecordMode that is text', { RecordMode: '1' }, 'InvalidParameter.Unmarshal', 'RecordMode must be a number'],
    [
      '18 streams',
      { TargetStreams: list(...Array.from({ length: 18 }, (_, at) => ({ UserId: `u${at}` }))) },
      'InvalidParameter',
      'TargetStreams.StreamList must have at most 17',
    ],
    ['a stream without user', { TargetStreams: list({}) }, 'InvalidParameter', 'TargetStreams.StreamList[0].UserId is missing'],
    ['a stream twice', { TargetStreams: list({ UserId: 'u' }, { UserId: 'u', StreamType: 0 }) }, 'InvalidParameter', 'StreamList[1]'],
    [
      'an index twice',
      { TargetStreams: list({ UserId: 'u', Index: 1 }, { UserId: 'v', Index: 1 }) },
      'InvalidParameter',
      'StreamList[1].Index must be unique',
    ],
    [
      'a stream to record and to leave out',
      { TargetStreams: list({ UserId: 'u' }), ExcludeStreams: list({ UserId: 'u' }) },
      'InvalidParameter',
      'ExcludeStreams must not name',
    ],
    ['an odd width', { Encode: { VideoWidth: 641 } }, 'InvalidParameter', 'page and resolution with height should be even'],
    ['a wide picture', { Encode: { VideoWidth: 1922 } }, 'InvalidParameter', 'Encode.VideoWidth must be an integer in [2,1920]'],
    ['a picture that is too small for us', { Encode: { VideoWidth: 2 } }, 'InvalidParameter', 'outputs[0].video.width'],
    ['a high bitrate', { Encode: { VideoBitrate: 10_001 } }, 'InvalidParameter', 'Encode.VideoBitrate'],
    ['a fraction', { Encode: { VideoFps: 1.5 } }, 'InvalidParameter.Unmarshal', 'Encode.VideoFps must be an integer'],
    ['another codec', { Encode: { VideoCodec: 1 } }, 'InvalidParameter', 'Encode.VideoCodec'],
    ['HE-AAC v2 in mono', { Encode: { AudioProfile: 2, AudioChannels: 1 } }, 'InvalidParameter', 'Encode.AudioProfile'],
    ['another sample rate', { Encode: { AudioSampleRate: 8000 } }, 'InvalidParameter', 'Encode.AudioSampleRate must be one of'],
    ['a bad layout mode', { Layout: { LayoutMode: 4 } }, 'InvalidParameter', 'Layout.LayoutMode'],
    ['a custom layout of nobody', { ...layout([region]), TargetStreams: list() }, 'InvalidParameter', 'TargetStreams.StreamList must name'],
    ['a custom layout without index', { ...layout([region]), TargetStreams: list({ UserId: 'u' }) }, 'InvalidParameter', 'give u an Index'],
    ['no region for a stream', layout([]), 'InvalidParameter', 'must have one region for StreamIndex 0; there are 0'],
    ['two regions for a stream', layout([region, region]), 'InvalidParameter', 'there are 2'],
    ['a region of nobody', layout([region, { ...region, StreamIndex: 5 }]), 'InvalidParameter', 'StreamIndex 5 is none'],
    ['a wide region', layout([{ ...region, Width: 641 }]), 'InvalidParameter', 'Regions[0].Width must be an integer in [1,640]'],
    ['a region outside', layout([{ ...region, LocationX: 640 }]), 'InvalidParameter', 'Regions[0].LocationX must be an integer in [0,639]'],
    ['a bad ZOrder', layout([{ ...region, ZOrder: 101 }]), 'InvalidParameter', 'Regions[0].ZOrder'],
    ['an alpha of 0', layout([{ ...region, Alpha: 0 }]), 'InvalidParameter', 'Regions[0].Alpha must be a number in (0,1]'],
    ['a bad render mode', layout([{ ...region, RenderMode: 4 }]), 'InvalidParameter', 'Regions[0].RenderMode'],
    ['a bad background', layout([region], { Background: 'red' }), 'InvalidParameter', 'Canvas.Background must be #RRGGBB'],
    ['a bad picture', layout([region], { BackgroundImage: 'file:///etc/passwd' }), 'InvalidParameter', 'Canvas.BackgroundImage'],
    ['a short idle time', { Control: { MaxIdleTime: 9 } }, 'InvalidParameter', 'Control.MaxIdleTime must be an integer in [10,86400]'],
    ['a short silence', { RecordMode: 1, Control: { MaxSilenceSeconds: 59 } }, 'InvalidParameter', 'Control.MaxSilenceSeconds'],
    ['an unknown format', { FileFormatConfig: { FileFormat: ['AVI'] } }, 'InvalidParameter', 'FileFormatConfig.FileFormat[0]'],
    ['MP3 with a picture', { FileFormatConfig: { FileFormat: ['MP4', 'MP3'] } }, 'InvalidParameter', 'MP3 holds sound alone'],
    ['a folder that climbs', { FileNameConfig: { Prefix: ['..'] } }, 'InvalidParameter', 'FileNameConfig.Prefix'],
    ['a pattern with a slash', { FileNameConfig: { Pattern: '../{TaskId}' } }, 'InvalidParameter', 'FileNameConfig.Pattern'],
    ['no storage', { StorageConfig: null }, 'InvalidParameter', 'StorageConfig is missing'],
    ['pictures for veImageX', { StorageConfig: { Type: 3 } }, 'InvalidParameter', 'StorageConfig.Type'],
    ['no account', { StorageConfig: { Type: 1, VodConfig: { Space: 's' } } }, 'InvalidParameter.EmptyAccountId', 'VodConfig.AccountId'],
    ['no space', { StorageConfig: { Type: 1, VodConfig: { AccountId: 'a' } } }, 'InvalidParameter', 'VodConfig.Space is missing'],
    ['no keys', { StorageConfig: { Type: 2, CustomConfig: { Bucket: 'rec' } } }, 'InvalidParameter', 'CustomConfig.AccessKey is missing'],
    [
      'a fifth vendor',
      { StorageConfig: { Type: 2, CustomConfig: { ...customConfig, Vendor: 5 } } },
      'InvalidParameter',
      'CustomConfig.Vendor',
    ],
    [
      'an unknown bucket',
      { StorageConfig: { Type: 2, CustomConfig: customConfig } },
      'InvalidParameter',
      'CustomConfig.Bucket names no storage',
    ],
    ['a list for an object', { Control: [] }, 'InvalidParameter.Unmarshal', 'Control must be a JSON object'],
  ])('%s', async (_name, change, code, message) => {
    const { call, tasks } = fakeServer();
    const { status, body } = await call('StartRecord', { ...good, ...change });
    expect(body.ResponseMetadata.Error).toMatchObject({ Code: code, Message: expect.stringContaining(message) as string });
    expect([status, 'Result' in body, tasks.length]).toEqual([code.startsWith('AccessDenied') ? 403 : 400, false, 0]);
  });
});

describe('what the gateway refuses', () => {
  const start = 'Action=StartRecord&Version=2023-11-01';
  const body = JSON.stringify(good);

  it.each<[string, string, string | null, Record<string, string>, number, string, number | undefined]>([
    ['no Action', 'Version=2023-11-01', body, {}, 400, 'MissingParameter', 100_002],
    ['no Version', 'Action=StartRecord', body, {}, 400, 'MissingParameter', 100_002],
    ['an unknown action', 'Action=StopEverything&Version=2023-11-01', body, {}, 404, 'InvalidActionOrVersion', 100_008],
    ['an inherited action', 'Action=constructor&Version=2023-11-01', body, {}, 404, 'InvalidActionOrVersion', 100_008],
    ['an unknown version', 'Action=StartRecord&Version=2024-01-01', body, {}, 404, 'InvalidActionOrVersion', 100_008],
    ['a wrong signature', start, body, { 'x-date': '20240102T030406Z' }, 401, 'SignatureDoesNotMatch', 100_010],
    ['nobody’s key', start, body, { authorization: '' }, 401, 'MissingAuthenticationToken', 100_003],
    ['an empty body', start, '', {}, 400, 'InvalidParameter.BodyIsEmpty', undefined],
    ['a body that is no JSON', start, '{', {}, 400, 'InvalidParameter.Unmarshal', undefined],
    ['a body that is a list', start, '[]', {}, 400, 'InvalidParameter.Unmarshal', undefined],
    ['a start by GET', start, null, {}, 400, 'InvalidParameter.BodyIsEmpty', undefined],
  ])('%s', async (_name, query, sent, headers, status, code, codeN) => {
    const answer = await fakeServer().send(query, sent, headers);
    expect([answer.status, answer.body.ResponseMetadata.Error?.Code, answer.body.ResponseMetadata.Error?.CodeN]).toEqual([
      status,
      code,
      codeN,
    ]);
  });

  it('a body that is too large', async () => {
    const { status, body: answer } = await fakeServer().send(start, `"${'x'.repeat(2_000_000)}"`);
    expect([status, answer.ResponseMetadata.Error?.Code]).toEqual([400, 'InvalidParameter']);
  });

  it('tells a fault of the server from a refusal, and keeps its words', async () => {
    const { call, errors } = fakeServer({ admit: async () => Promise.reject(new Error('inside')) });
    const { status, body: answer } = await call('StartRecord', good);
    expect([status, answer.ResponseMetadata.Error?.CodeN, JSON.stringify(answer).includes('inside')]).toEqual([500, 100_014, false]);
    expect(errors).toHaveLength(1);
  });

  it('keeps tasks of another application to itself', async () => {
    const { call, second } = fakeServer();
    await call('StartRecord', good);
    const answers = await Promise.all(
      ['StopRecord', 'GetRecordTask', 'UpdateRecord'].map((action) => call(action, name, '2023-11-01', second)),
    );
    expect(answers.map(({ body: { ResponseMetadata } }) => ResponseMetadata.Error?.Code)).toEqual(
      Array.from({ length: 3 }, () => 'AccessDenied.NoPermissionForApp'),
    );
  });
});

describe('random requests', () => {
  const odd = fc.oneof(fc.jsonValue(), fc.integer(), fc.float(), fc.constantFrom(0, 1, 2, 'u1', '#000000', null, []));
  const part = fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: odd });
  const stream = fc.record({ UserId: fc.constantFrom('u1', 'u2'), StreamType: part, Index: fc.nat(3) }, { requiredKeys: [] });
  const regionOf = fc.record(
    { StreamIndex: fc.nat(3), Width: part, Height: part, ZOrder: part, CornerRadius: part, SourceCrop: part },
    { requiredKeys: ['StreamIndex'] },
  );
  const start = fc.record(
    {
      ...{ RecordMode: fc.constantFrom(0, 1), TargetStreams: fc.record({ StreamList: fc.array(stream, { maxLength: 4 }) }) },
      ExcludeStreams: part,
      Encode: fc.oneof(part, fc.record({ VideoWidth: part, VideoBitrate: fc.nat(12_000), AudioSampleRate: part }, { requiredKeys: [] })),
      Layout: fc.oneof(
        part,
        fc.record({ LayoutMode: fc.nat(4), CustomLayout: fc.record({ Canvas: part, Regions: fc.array(regionOf, { maxLength: 4 }) }) }),
      ),
      Control: fc.oneof(part, fc.record({ MediaType: fc.nat(2), MaxIdleTime: part, MaxRecordTime: fc.integer() }, { requiredKeys: [] })),
      FileFormatConfig: fc.oneof(part, fc.record({ FileFormat: fc.array(fc.constantFrom('MP4', 'HLS', 'MP3', 'x')) })),
      FileNameConfig: fc.oneof(part, fc.record({ Prefix: fc.array(fc.string()), Pattern: fc.string() })),
      StorageConfig: fc.oneof({ weight: 5, arbitrary: fc.constant(vod) }, { weight: 1, arbitrary: odd }),
      BusinessId: part,
    },
    { requiredKeys: [] },
  );

  it('are answered as documented, never with a fault', async () => {
    const server = fakeServer();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...apiVersions),
        fc.constantFrom('StartRecord', 'UpdateRecord', 'StopRecord'),
        start,
        async (version, action, body) => {
          const answer = await server.call(action, { ...good, ...body }, version);
          expect(answer.status).toBeLessThan(500);
          expect('Result' in answer.body).toBe(answer.body.ResponseMetadata.Error === undefined);
        },
      ),
      { numRuns: 1500 },
    );
    expect(server.tasks.length).toBeGreaterThan(0);
    expect(server.errors).toEqual([]);
  });
});

it('is told apart from what others serve on the same path', () => {
  const ask = (url: string, headers: Record<string, string> = {}): boolean => isVolcengineRequest({ url, headers });
  expect(ask('/?Action=StartRecord&Version=2023-11-01')).toBe(true);
  expect(ask('/', { authorization: 'HMAC-SHA256 Credential=a' })).toBe(true);
  expect(ask('/')).toBe(false);
  expect(ask('/', { authorization: 'TC3-HMAC-SHA256 Credential=a' })).toBe(false);
  expect(ask('/?Action=CreateCloudRecording&SecretId=a')).toBe(false);
  expect(ask('/?Action=x', { 'x-tc-action': 'CreateCloudRecording' })).toBe(false);
});
