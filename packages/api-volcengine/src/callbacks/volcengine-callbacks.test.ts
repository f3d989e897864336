import { createHash } from 'node:crypto';
import type { DialectOrigin, Event, FileResource, Recording, RecordingState, RoomNotice } from '@tapedeck/protocol';
import { describe, expect, it } from 'vitest';
import { callbackSignature } from './callback-signature.ts';
import { volcengineCallbacks } from './volcengine-callbacks.ts';

const file = (id: string, change: Partial<FileResource> = {}): FileResource => ({
  ...{ id, type: 'composite', participant: null, source: null, format: 'mp4', state: 'complete', storage: 'bucket', key: `${id}.mp4` },
  ...{ url: null, startMs: 500, durationMs: 2000.4, sizeBytes: 9, sha256: null, width: 640, height: 480 },
  ...{ videoCodec: 'h264', audioCodec: 'aac' },
  ...change,
});
const recordingOf = (state: RecordingState, change: Partial<Recording> = {}): Recording => ({
  ...{ id: 'rec_1', room: 'room1', state, createdAt: '2024-01-02T03:04:00.000Z', startedAt: '2024-01-02T03:04:05.000Z', endedAt: null },
  ...{ endReason: null, template: null, isAutomatic: false, outputs: [], files: [], delivery: null, error: null, metadata: {} },
  participants: [{ identity: 'u1', name: '', joinedMs: 0, leftMs: null }],
  ...change,
});
const origin: DialectOrigin = {
  ...{ dialect: 'volcengine', appId: 'app1', taskId: 'task1', fileNames: null },
  details: { businessId: 'biz', isVod: false, keyPrefix: 'p/', targets: [{ userId: 'u1', source: 'screen', index: 3 }] },
};
const eventOf = (type: string, recording: Recording, data: Event['data']): Event => ({
  ...{ id: 'evt_1', type, createdAt: '2024-01-02T03:04:05.678Z', recording, data },
});
const present = (event: Event, of = origin) => volcengineCallbacks.present({ kind: 'recording', event, origin: of });
const moved = (from: RecordingState | null, state: RecordingState, change: Partial<Recording> = {}) =>
  present(eventOf('recording.state_changed', recordingOf(state, change), { from, state }));
const dataOf = (callback: { readonly body: Readonly<Record<string, unknown>> }): Record<string, unknown> =>
  JSON.parse(String(callback.body['EventData'])) as Record<string, unknown>;
const names = (callbacks: readonly { readonly eventName: string }[]): string[] => callbacks.map(({ eventName }) => eventName);

describe('the signature of a callback', () => {
  it('is SHA-256 of the sorted values', () => {
    const values = {
      ...{ EventType: 'RecordStarted', EventData: '{"AppId":"a"}', EventTime: '2024-01-02T03:04:05Z', EventId: 'evt-1' },
      ...{ AppId: 'a', Version: '2020-12-01', Nonce: '1234' },
    };
    expect(callbackSignature(values, 'secret')).toBe('67a5e2594e2dd77f4511ad2c0d4c6bba4292c5c51912c0a3b00a2d1042afc6db');
  });

  it('sorts by bytes, not by UTF-16', () => {
    const values = { EventType: '\u{1F600}', EventData: '\uFF5E', EventTime: '', EventId: '', AppId: '', Version: '', Nonce: '' };
    expect(callbackSignature(values, '')).toBe(createHash('sha256').update('\uFF5E\u{1F600}').digest('hex'));
  });

  it('goes with an envelope whose nonce has both of its names', () => {
    const [started] = moved('starting', 'recording');
    const { body, headers } = volcengineCallbacks.sign(started!, 'secret', 'app1', 0);
    const sent = JSON.parse(body) as Record<string, string>;
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(Object.keys(sent).toSorted()).toEqual(
      [
        ...['AppId', 'BusinessId', 'EventData', 'EventId', 'EventTime', 'EventType'],
        ...['Noce', 'Nonce', 'Signature', 'Version'],
      ].toSorted(),
    );
    expect(sent).toMatchObject({ AppId: 'app1', EventType: 'RecordStarted', EventTime: '2024-01-02T03:04:05Z', Version: '2020-12-01' });
    expect(sent['Nonce']).toMatch(/^\d{4}$/);
    expect(sent['Noce']).toBe(sent['Nonce']);
    const eight = ['EventType', 'EventData', 'EventTime', 'EventId', 'AppId', 'Version', 'Nonce'].map((name) => sent[name]!);
    const joined = [...eight, 'secret'].toSorted().join('');
    expect(sent['Signature']).toBe(createHash('sha256').update(joined).digest('hex'));
  });

  it('is sent three times at most', () => {
    expect([1, 2, 3].map((attempt) => volcengineCallbacks.retryMs(attempt, 0) !== null)).toEqual([true, true, false]);
    expect(volcengineCallbacks.timeoutMs).toBe(5000);
  });
});

describe('events of a recording', () => {
  it('tell its life in the order of the vendor', () => {
    const files = [file('a')];
    const told = [
      ...moved(null, 'starting', { startedAt: null }),
      ...moved('starting', 'recording'),
      ...moved('recording', 'paused'),
      ...moved('paused', 'recording'),
      ...moved('recording', 'stopping'),
      ...moved('stopping', 'delivering'),
      ...present(eventOf('file.ready', recordingOf('delivering', { files }), { fileId: 'a' })),
      ...moved('delivering', 'completed', { files, endReason: 'stopped' }),
    ];
    expect(names(told)).toEqual(['RecordStarted', 'RecordUploadStarted', 'RecordUploadProcessing', 'RecordUploadDone', 'RecordStopped']);
    expect(new Set(told.map(({ body }) => body['EventId'])).size).toBe(told.length);
    const stopped = dataOf(told.at(-1)!);
    expect(stopped).toMatchObject({ AppId: 'app1', BusinessId: 'biz', RoomId: 'room1', TaskId: 'task1', Code: 0, StopReason: 'StopByAPI' });
    expect(stopped['RecordFileList']).toEqual([
      {
        ...{ ObjectKey: 'p/a.mp4', Duration: 2000, Size: 9, StartTime: Date.UTC(2024, 0, 2, 3, 4, 5, 500), EncryptionType: 0 },
        ...{ VideoCodec: 'h264', AudioCodec: 'aac', VideoWidth: 640, VideoHeight: 480 },
        StreamList: [{ UserId: 'u1', StreamType: 1, Index: 3 }],
      },
    ]);
  });

  it('begin the upload with the first file, however early it comes', () => {
    const first = recordingOf('recording', { files: [file('a')] });
    const second = recordingOf('recording', { files: [file('a'), file('b')] });
    expect(names(present(eventOf('file.ready', first, { fileId: 'a' })))).toEqual(['RecordUploadStarted', 'RecordUploadProcessing']);
    expect(names(present(eventOf('file.ready', second, { fileId: 'b' })))).toEqual(['RecordUploadProcessing']);
    expect(moved('rendering', 'delivering', { files: [file('a')] })).toEqual([]);
  });

  it('name files of the library by Vid, and single streams by who is in them', () => {
    const single = file('v', { type: 'individual', participant: 'u1', source: 'screen_share_audio', width: null, height: null });
    const vod = { ...origin, details: { ...origin.details, isVod: true } };
    const [, stopped] = present(
      eventOf('recording.state_changed', recordingOf('completed', { files: [single, file('t', { type: 'thumbnails' })] }), {
        ...{ from: 'delivering', state: 'completed' },
      }),
      vod,
    );
    const list = dataOf(stopped!)['RecordFileList'] as Record<string, unknown>[];
    expect(list).toHaveLength(1);
    expect(list[0]).toMatchObject({ Vid: 'v', VideoWidth: 0, StreamList: [{ UserId: 'u1', StreamType: 1, Index: 3 }] });
    expect(list[0]).not.toHaveProperty('ObjectKey');
  });

  it('tell a failure with its words', () => {
    const error = { code: 'X', fault: 'service', detail: 'no disk' } as const;
    const atStart = moved('starting', 'failed', { startedAt: null, error });
    expect(atStart.map((one) => [one.eventName, dataOf(one)['Code'], dataOf(one)['ErrorMessage']])).toEqual([
      ['RecordStarted', 1, 'no disk'],
      ['RecordStopped', 1, 'no disk'],
    ]);
    expect(names(moved('recording', 'failed', { error }))).toEqual(['RecordStopped']);
    expect(names(moved('starting', 'aborted', { startedAt: null, endReason: 'idle' }))).toEqual(['RecordStopped']);
    expect(present(eventOf('participant.joined', recordingOf('recording'), {}))).toEqual([]);
    expect(present(eventOf('file.ready', recordingOf('completed', { files: [file('a')] }), { fileId: 'a' }))).toEqual([]);
  });
});

it('tells what happens in a room', () => {
  const notice: RoomNotice = {
    ...{ id: 'n1', atMs: 1_700_000_000_000, room: 'room1', type: 'left', identity: 'u1', reason: 'CLIENT_INITIATED', isPublisher: true },
  };
  const tell = (change: Partial<RoomNotice>) =>
    volcengineCallbacks.present({ kind: 'room', notice: { ...notice, ...change }, appId: 'app1' });
  const [left] = tell({});
  expect(left!.eventName).toBe('UserLeaveRoom');
  expect(dataOf(left!)).toEqual({ AppId: 'app1', RoomId: 'room1', UserId: 'u1', Reason: 'userLeave', Timestamp: 1_700_000_000_000 });
  expect(names(tell({ type: 'joined', isPublisher: false }))).toEqual(['InvisibleUserJoinRoom']);
  expect(names(tell({ type: 'room-dismissed', identity: null, isPublisher: false }))).toEqual(['RoomDestroy']);
  expect(names(tell({ type: 'screen-started' }))).toEqual(['UserScreenVideoStreamStart']);
});
