import { makeUserSig, signTc3, signVolcengine, type UnsignedRequest } from '@tapedeck/testkit';
import { pair } from '../bench-server.ts';

/** A signed request, ready to be sent. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A vendor's API as the rows use it. */
export interface DialectCalls {
  readonly name: string;
  /** What a recorder's client asks again and again. */
  readonly readAction: string;
  /** Starts a recording of a room's single people. @param task Name of the task; where the vendor makes the name, it keeps two calls of one second apart. */
  start(host: string, room: string, task: string): SignedRequest;
  /** The task's name in calls, of the answer to `start`. */
  taskOf(answer: unknown, task: string): string;
  read(host: string, room: string, task: string, nowMs: number): SignedRequest;
  isRecording(answer: unknown): boolean;
  stop(host: string, room: string, task: string): SignedRequest;
}

const appId = 1_400_000_001;

export const tencentCalls: DialectCalls = {
  name: 'tencent',
  readAction: 'DescribeCloudRecording',
  start: (host, RoomId, SourceContext) =>
    tencent(host, 'CreateCloudRecording', {
      ...{ SdkAppId: appId, RoomId, RoomIdType: 0, UserId: 'recorder', UserSig: makeUserSig(appId, pair.secret, 'recorder') },
      ...{
        RecordParams: { RecordMode: 1, StreamType: 0, MaxIdleTime: 60 },
        StorageParams: { CloudVod: { TencentVod: { SourceContext } } },
      },
    }),
  taskOf: (answer) => String(inside(answer, 'Response', 'TaskId')),
  read: (host, _room, TaskId, nowMs) => tencent(host, 'DescribeCloudRecording', { SdkAppId: appId, TaskId }, nowMs),
  isRecording: (answer) => inside(answer, 'Response', 'Status') === 'InProgress',
  stop: (host, _room, TaskId) => tencent(host, 'DeleteCloudRecording', { SdkAppId: appId, TaskId }),
};

export const volcengineCalls: DialectCalls = {
  name: 'volcengine',
  readAction: 'GetRecordTask',
  start: (host, RoomId, TaskId) =>
    volcengine(host, 'StartRecord', {
      ...{ AppId: 'bench', RoomId, TaskId, RecordMode: 1 },
      StorageConfig: { Type: 1, VodConfig: { AccountId: '1', Space: 'space' } },
    }),
  taskOf: (_answer, task) => task,
  read: (host, RoomId, TaskId, nowMs) => {
    const query = String(new URLSearchParams({ Action: 'GetRecordTask', Version: '2023-11-01', AppId: 'bench', RoomId, TaskId }));
    return signed({ method: 'GET', path: '/', query, host, headers: {}, body: '' }, signVolcengine, nowMs);
  },
  isRecording: (answer) => inside(answer, 'Result', 'RecordTask', 'Status') === 2,
  stop: (host, RoomId, TaskId) => volcengine(host, 'StopRecord', { AppId: 'bench', RoomId, TaskId }),
};

function tencent(host: string, action: string, body: object, nowMs = Date.now()): SignedRequest {
  const headers = { 'x-tc-action': action, 'x-tc-version': '2019-07-22' };
  return signed({ method: 'POST', path: '/', query: '', host, headers, body: JSON.stringify(body) }, signTc3, nowMs);
}

function volcengine(host: string, action: string, body: object): SignedRequest {
  const headers = { 'content-type': 'application/json' };
  const query = `Action=${action}&Version=2023-11-01`;
  return signed({ method: 'POST', path: '/', query, host, headers, body: JSON.stringify(body) }, signVolcengine, Date.now());
}

function signed(request: UnsignedRequest & { body: string }, sign: typeof signTc3, nowMs: number): SignedRequest {
  const { method, path, query, body } = request;
  return { method, path: query === '' ? path : `${path}?${query}`, headers: sign(request, { ...pair, nowMs }), body };
}

/** The value at a path of names, or undefined. */
function inside(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>((part, name) => (part as Readonly<Record<string, unknown>> | undefined)?.[name], value);
}
