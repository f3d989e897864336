import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type LightPublisher, decodeFile, readTestPicture, requirement, type S3Server, startS3Server } from '@tapedeck/testkit';
import { rtcOpenapi } from '@volcengine/openapi';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bringPeople, sendHome } from './support/people.ts';
import { cleanUp, makeDataDir, type ServerProcess, startServerProcess, testPair } from './support/server-process.ts';

const livekit = requirement('livekit');
const s3 = requirement('s3');
const vod = { Type: 1, VodConfig: { AccountId: '1', Space: 'space' } };
const callbackKey = 'callback-key';

/** What the SDK resolves with. */
interface Answer {
  readonly Result?: unknown;
  readonly ResponseMetadata: { readonly Error?: { readonly Code: string; readonly CodeN?: number; readonly Message: string } };
}
interface RecordFile {
  readonly Vid?: string;
  readonly ObjectKey?: string;
  readonly Duration: number;
  readonly Size: number;
  readonly VideoWidth: number;
  readonly VideoHeight: number;
  readonly StreamList: readonly { readonly UserId: string; readonly StreamType: number; readonly Index: number }[];
}
interface RecordTask {
  readonly StartTime: number;
  readonly EndTime: number;
  readonly Status: number;
  readonly StopReason: string;
  readonly RecordFileList: readonly RecordFile[];
}

/** A callback as its receiver reads it. */
interface Callback {
  readonly EventType: string;
  readonly EventId: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly isSigned: boolean;
}

/** Reads one callback and verifies its signature as the vendor's documents say, with nothing of ours. */
function readCallback(text: string): Callback {
  const body = JSON.parse(text) as Record<string, string>;
  const names = ['EventType', 'EventData', 'EventTime', 'EventId', 'AppId', 'Version', 'Nonce'];
  const values = [...names.map((name) => body[name] ?? ''), callbackKey];
  const expected = createHash('sha256').update(values.toSorted().join('')).digest('hex');
  return {
    ...{ EventType: body['EventType'] ?? '', EventId: body['EventId'] ?? '' },
    data: JSON.parse(body['EventData'] ?? '') as Record<string, unknown>,
    isSigned: expected === body['Signature'] && body['Noce'] === body['Nonce'],
  };
}

describe.skipIf(livekit === null || s3 === null)('the official Volcengine SDK against this server', { timeout: 120_000 }, () => {
  let dataDir: string;
  let server: ServerProcess;
  let bucket: S3Server;
  let receiver: Server;
  const callbacks: Callback[] = [];
  /** Callbacks that are refused before one is taken. */
  let refusals = 1;

  const sdk = (pair: { readonly key?: string; readonly secret?: string } = {}): InstanceType<typeof rtcOpenapi.RtcService> =>
    new rtcOpenapi.RtcService({
      ...{ protocol: 'http:', host: new URL(server.url).host, region: 'cn-north-1', serviceName: 'rtc' },
      ...{ accessKeyId: pair.key ?? testPair.key, secretKey: pair.secret ?? testPair.secret },
    });
  /** One call in a version of choice, as an integrator of that version makes it. */
  const call = async (action: string, data: object, version = '2023-11-01', service = sdk()): Promise<Answer> =>
    action.startsWith('Get')
      ? ((await service.createAPI(action, { Version: version, method: 'GET' })(data)) as Answer)
      : ((await service.createJSONAPI(action, { Version: version })(data)) as Answer);
  const errorOf = async (answer: Promise<Answer>): Promise<string> => {
    const { ResponseMetadata, Result } = await answer;
    expect(Result).toBeUndefined();
    return `${ResponseMetadata.Error?.CodeN ?? '-'} ${ResponseMetadata.Error?.Code}`;
  };
  const ok = async (answer: Promise<Answer>): Promise<void> => expect(await answer).toMatchObject({ Result: 'ok' });
  const read = async (name: object): Promise<RecordTask> => {
    const answer = await call('GetRecordTask', name);
    expect(answer.ResponseMetadata.Error).toBeUndefined();
    return (answer.Result as { readonly RecordTask: RecordTask }).RecordTask;
  };
  const until = async (name: object, isWanted: (task: RecordTask) => boolean): Promise<RecordTask> =>
    await vi.waitFor(
      async () => {
        const task = await read(name);
        if (!isWanted(task)) throw new Error(`The task is ${JSON.stringify(task)}.`);
        return task;
      },
      { timeout: 60_000, interval: 200 },
    );
  const native = async (method: string, path: string, body: object): Promise<void> => {
    const authorization = `Basic ${btoa(`${testPair.key}:${testPair.secret}`)}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}${path}`, { method, headers, body: JSON.stringify(body) });
    expect(answer.ok, await answer.text()).toBe(true);
  };
  const told = (taskId: string): Callback[] => {
    const seen = new Set<string>();
    return callbacks.filter(({ EventId, data }) => data['TaskId'] === taskId && !seen.has(EventId) && seen.add(EventId));
  };

  beforeAll(async () => {
    dataDir = makeDataDir();
    bucket = await startS3Server(s3 ?? '');
    bucket.makeBucket('calls');
    server = await startServerProcess(dataDir, { TAPEDECK_OUTGOING_ALLOW_PRIVATE: '127.0.0.1' });
    receiver = createServer((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      request.on('end', () => {
        const callback = readCallback(text);
        if (callback.EventType === 'RecordStarted' && refusals-- > 0) return response.writeHead(503).end();
        callbacks.push(callback);
        return response.end();
      });
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/callbacks`;
    await ok(call('CreateCallback', { AppID: 'app1', BusinessId: '', EventList: [], SecretKey: callbackKey, URL: url }, '2020-12-01'));
    const { accessKeyId, secretAccessKey } = bucket;
    const settings = { preset: 'minio', endpoint: bucket.endpoint, bucket: 'calls', prefix: 'in/', accessKeyId, secretAccessKey };
    await native('POST', '/v1/storages', { name: 'calls', ...settings });
  });
  afterAll(async () => {
    receiver.closeAllConnections();
    receiver.close();
    await cleanUp(dataDir, server);
    await bucket.close();
  });

  it('starts a composite, changes its layout, reads and stops it, and hears of all that', async () => {
    const people: readonly LightPublisher[] = await bringPeople(server, 'meeting', ['ada', 'bo']);
    const name = { AppId: 'app1', RoomId: 'meeting', TaskId: 'composite' };
    const target = (...ids: string[]): object => ({ StreamList: ids.map((UserId, Index) => ({ UserId, Index })) });
    const whole = { StreamIndex: 0, LocationX: 0, LocationY: 0, Width: 640, Height: 360, RenderMode: 2 };
    const start = {
      ...{ ...name, BusinessId: 'biz', TargetStreams: target('ada'), FileFormatConfig: { FileFormat: ['MP4', 'HLS'] } },
      Layout: { LayoutMode: 2, CustomLayout: { Canvas: { Width: 640, Height: 360, Background: '#ff0000' }, Regions: [whole] } },
      FileNameConfig: { Prefix: ['meetings', '2026'], Pattern: '{TaskId}-{RoomId}-{Duration}' },
      StorageConfig: {
        ...{ Type: 2, CustomConfig: { Vendor: 0, Region: 0, Bucket: 'calls', AccessKey: 'theirs', SecretKey: 'theirs' } },
      },
    };
    await ok(call('StartRecord', start));
    expect((await call('StartRecord', start)).Result).toContain('The task has been started');
    await until(name, ({ Status }) => Status === 2);
    await vi.waitFor(() => expect(told('composite').map(({ EventType }) => EventType)).toEqual(['RecordStarted']), { timeout: 30_000 });
    const update = { ...name, TargetStreams: target('bo'), Layout: { CustomLayout: { Regions: [whole] } } };
    const changedAt = Date.now();
    await ok(call('UpdateRecord', update));
    await vi.waitFor(() => expect(Date.now() - changedAt).toBeGreaterThan(2_500), { timeout: 10_000, interval: 100 });
    const running = await read(name);
    expect(running).toMatchObject({ Status: 2, EndTime: 0, StopReason: '', RecordFileList: [] });
    await ok(call('StopRecord', name));
    expect(await errorOf(call('StopRecord', name))).toBe('- InvalidParameter.ErrorActiveTaskNotFound');
    const task = await until(name, ({ Status }) => Status === 3);
    await sendHome(people);

    expect(task.StopReason).toBe('StopByAPI');
    expect(task.EndTime).toBeGreaterThan(task.StartTime);
    const keys = task.RecordFileList.map(({ ObjectKey }) => ObjectKey ?? '').toSorted();
    for (const extension of ['m3u8', 'mp4'])
      expect(keys).toContainEqual(
        expect.stringMatching(new RegExp(`^in/meetings/2026/composite-meeting-\\d{6}_[0-9a-f]{8}\\.${extension}$`)),
      );
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(existsSync(join(bucket.folder, 'calls', key)), key).toBe(true);
    const mp4 = task.RecordFileList.find(({ ObjectKey }) => ObjectKey?.endsWith('.mp4') === true)!;
    expect(mp4).toMatchObject({ VideoWidth: 640, VideoHeight: 360, StreamList: [{ UserId: 'bo', StreamType: 0, Index: 0 }] });
    const shown: (number | null)[] = [];
    const { durationMs } = await decodeFile(join(bucket.folder, 'calls', mp4.ObjectKey ?? ''), {
      picture: ({ width, height, planes, strides }) => {
        const picture = readTestPicture({ luma: planes[0]!, lumaStride: strides[0]!, x: 0, y: 0, width, height });
        shown.push(picture?.identity ?? null);
      },
      sound: () => undefined,
    });
    expect(Math.abs(durationMs - mp4.Duration)).toBeLessThan(200);
    const people1and2 = shown.filter((identity) => identity !== null);
    expect([people1and2[0], people1and2.at(-1)]).toEqual([1, 2]); // ada, then bo alone

    const wanted = [
      'RecordStarted',
      'RecordUploadStarted',
      'RecordUploadProcessing',
      'RecordUploadProcessing',
      'RecordUploadDone',
      'RecordStopped',
    ];
    await vi.waitFor(() => expect(told('composite').map(({ EventType }) => EventType)).toEqual(wanted), { timeout: 60_000 });
    expect(callbacks.filter(({ isSigned }) => !isSigned)).toEqual([]);
    const stopped = told('composite').at(-1)!.data;
    expect(stopped).toMatchObject({
      AppId: 'app1',
      BusinessId: 'biz',
      RoomId: 'meeting',
      Code: 0,
      ErrorMessage: '',
      StopReason: 'StopByAPI',
    });
    const list = stopped['RecordFileList'] as RecordFile[];
    expect(list.map(({ ObjectKey }) => ObjectKey).toSorted()).toEqual(keys);
    expect(refusals).toBeLessThan(0); // the first was refused, and came again
  });

  it('records single streams as large as they were sent, into the library', async () => {
    const people = await bringPeople(server, 'single', ['ada', 'bo']);
    const name = { AppId: 'app1', RoomId: 'single', TaskId: 'streams' };
    const body = { ...name, RecordMode: 1, ExcludeStreams: { StreamList: [{ UserId: 'bo', StreamType: 0 }] }, StorageConfig: vod };
    const service = sdk();
    await ok(service.StartRecord(body as never) as Promise<Answer>); // 2022-06-01, as the SDK has it
    const running = await until(name, ({ Status }) => Status === 2);
    await vi.waitFor(() => expect(Date.now() - running.StartTime).toBeGreaterThan(3_000), { timeout: 10_000, interval: 100 });
    await ok(service.StopRecord(name) as Promise<Answer>);
    const task = await until(name, ({ Status }) => Status === 3);
    await sendHome(people);
    expect(task.RecordFileList).toHaveLength(1);
    expect(task.RecordFileList[0]).toMatchObject({
      ...{ Vid: expect.stringMatching(/^file_/) as string, VideoWidth: 320, VideoHeight: 180 },
      StreamList: [{ UserId: 'ada', StreamType: 0, Index: 0 }],
    });
    await vi.waitFor(() => expect(told('streams').at(-1)?.EventType).toBe('RecordStopped'), { timeout: 60_000 });
    const [file] = told('streams').at(-1)!.data['RecordFileList'] as RecordFile[];
    expect(file?.Vid).toBe(task.RecordFileList[0]?.Vid);
    const ofRoom = (): string[] => callbacks.filter(({ data }) => data['RoomId'] === 'single').map(({ EventType }) => EventType);
    await vi.waitFor(() => expect(ofRoom()).toEqual(expect.arrayContaining(['UserJoinRoom', 'UserLeaveRoom'])), { timeout: 30_000 });
  });

  it('takes rooms that are recorded by themselves as tasks', async () => {
    const recording = { outputs: [{ type: 'composite', video: { width: 320, height: 180 } }], idleTimeoutS: 180 };
    const volcengine = { appId: 'app1', businessId: 'biz1' };
    await native('PATCH', '/v1/application', { autoRecord: { match: { rooms: ['biz1-*'] }, volcengine, recording } });
    const people = await bringPeople(server, 'biz1-room', ['ada']);
    const ofRoom = (): Callback[] => callbacks.filter(({ data }) => data['RoomId'] === 'biz1-room' && data['TaskId'] !== undefined);
    await vi.waitFor(() => expect(ofRoom().map(({ EventType }) => EventType)).toEqual(['RecordStarted']), { timeout: 30_000 });
    await native('PATCH', '/v1/application', { autoRecord: null });
    const { TaskId } = ofRoom()[0]!.data;
    expect(ofRoom()[0]!.data).toMatchObject({ AppId: 'app1', BusinessId: 'biz1', Code: 0 });
    const name = { AppId: 'app1', RoomId: 'biz1-room', TaskId };
    await until(name, ({ Status }) => Status === 2);
    await ok(call('StopRecord', name));
    const task = await until(name, ({ Status }) => Status === 3);
    await sendHome(people);
    expect(task.RecordFileList).toMatchObject([{ VideoWidth: 320, StreamList: [{ UserId: 'ada', StreamType: 0 }] }]);
    await vi.waitFor(() => expect(ofRoom().at(-1)?.EventType).toBe('RecordStopped'), { timeout: 60_000 });
  });

  it('is refused as documented', async () => {
    const name = { AppId: 'app1', RoomId: 'refused', TaskId: 'refused' };
    const good = { ...name, StorageConfig: vod };
    const start = async (change: object, service = sdk(), version = '2023-11-01'): Promise<string> =>
      await errorOf(call('StartRecord', { ...good, ...change }, version, service));
    expect(await start({}, sdk({ secret: 'wrong' }))).toBe('100010 SignatureDoesNotMatch');
    expect(await start({}, sdk({ key: 'nobody' }))).toBe('100009 InvalidAccessKey');
    expect(await errorOf(call('StopEverything', name))).toBe('100008 InvalidActionOrVersion');
    expect(await start({}, sdk(), '2019-01-01')).toBe('100008 InvalidActionOrVersion');
    expect(await start({ TaskId: undefined })).toBe('- InvalidParameter');
    expect(await start({ Control: { MaxIdleTime: 9 } })).toBe('- InvalidParameter');
    expect(await start({ RecordMode: 'composite' })).toBe('- InvalidParameter.Unmarshal');
    expect(await start({ RoomId: 'a room' })).toBe('- InvalidParameter.IllegalRoomID');
    expect(await errorOf(call('GetRecordTask', { ...name, TaskId: 'nothing' }))).toBe('- InvalidParameter.ErrorActiveTaskNotFound');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 901_000 });
    try {
      expect(await start({})).toBe('100006 InvalidTimestamp');
    } finally {
      vi.useRealTimers();
    }
    const altered = sdk().fetchOpenAPI({
      ...{ Action: 'StartRecord', Version: '2023-11-01', method: 'POST', headers: { 'content-type': 'application/json' }, data: good },
      transformRequest: (body: unknown) => JSON.stringify(body).replace('app1', 'app2'),
    });
    expect(await errorOf(altered as Promise<Answer>)).toBe('100010 SignatureDoesNotMatch');
  });

  it('sees nothing of another application’s tasks', async () => {
    const name = { AppId: 'listed', RoomId: 'foreign', TaskId: 'foreign' };
    await native('PATCH', '/v1/application', { volcengine: { appIds: ['app1'] } });
    expect(await errorOf(call('GetRecordTask', name))).toBe('- InvalidParameter.NotExistAppId');
    expect(await errorOf(call('StartRecord', { ...name, StorageConfig: vod }))).toBe('- InvalidParameter.NotExistAppId');
  });
});
