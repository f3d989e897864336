import { createHash, createHmac } from 'node:crypto';
import type { DialectEvent, Event, FileResource, RoomNotice, VendorCallback } from '@tapedeck/protocol';
import { describe, expect, it } from 'vitest';
import { toDetails } from '../mapping/task-details.ts';
import type { TaskDetails } from '../mapping/task-details.ts';
import { signOf, tencentCallbacks } from './tencent-callbacks.ts';

const file: FileResource = {
  ...{ id: 'file_1', type: 'composite', participant: null, source: null, format: 'mp4', state: 'complete', storage: 'default' },
  ...{ key: 'T../1400000001_20015.mp4', url: 'http://x/files/1', startMs: 0, durationMs: 3000.4, sizeBytes: 5, sha256: null },
  ...{ width: 2, height: 2, videoCodec: 'h264', audioCodec: 'aac' },
};
const event = (type: string, data: object, recording: object = {}): Event => ({
  ...{ id: 'evt_1', type, createdAt: '2026-01-31T08:00:05.275Z', data: data as Event['data'] },
  recording: {
    ...{ id: 'rec_1', room: '20015', state: 'recording', createdAt: '2026-01-31T08:00:00.000Z', startedAt: '2026-01-31T08:00:01.153Z' },
    ...{ endedAt: null, endReason: null, template: null, isAutomatic: false, participants: [], files: [file], delivery: null },
    ...{ error: null, metadata: {}, outputs: [{ type: 'composite', formats: ['hls', 'mp4'] }] },
    ...recording,
  } as unknown as Event['recording'],
});
const step = (given: Event, details: Partial<TaskDetails> = {}): DialectEvent => ({
  kind: 'recording',
  event: given,
  origin: {
    dialect: 'tencent',
    appId: '1400000001',
    taskId: 'T..',
    fileNames: null,
    details: toDetails({ robot: 'recorder_1', isTextRoom: false, ...details }),
  },
});
const infoOf = ({ body }: VendorCallback) => body['EventInfo'] as Record<string, unknown>;
const told = (given: DialectEvent) =>
  tencentCallbacks.present(given).map((callback) => [Number(callback.eventName), infoOf(callback)['Payload']]);
const moved = (from: string | null, state: string, more: object = {}) =>
  event('recording.state_changed', { from, state }, { state, ...more });

describe('callbacks of a recording', () => {
  it('in the library are 301, 302, 311 per file and 312', () => {
    expect(told(step(moved(null, 'starting')))).toEqual([[301, { Status: 0 }]]);
    expect(told(step(moved('starting', 'recording')))).toEqual([]);
    expect(told(step(moved('recording', 'stopping', { endReason: 'stopped' })))).toEqual([[302, { LeaveCode: 0 }]]);
    expect(told(step(moved('stopping', 'rendering')))).toEqual([]);
    expect(tencentCallbacks.present(step(event('file.ready', { fileId: 'file_1' })))).toEqual([
      {
        eventName: '311',
        body: {
          ...{ EventGroupId: 3, EventType: 311, CallbackTs: 1769846405275 },
          EventInfo: {
            ...{ RoomId: '20015', EventTs: 1769846405, EventMsTs: 1769846405275, UserId: 'recorder_1', TaskId: 'T..' },
            Payload: {
              Status: 0,
              TencentVod: {
                ...{ UserId: '', TrackType: 'audio_video', MediaId: 'mix', FileId: 'file_1', VideoUrl: 'http://x/files/1' },
                ...{ CacheFile: '1400000001_20015.mp4', StartTimeStamp: 1769846401153, EndTimeStamp: 1769846404153 },
              },
            },
          },
        },
      },
    ]);
    expect(told(step(event('recording.taken_over', { epoch: 2 })))).toEqual([[306, { Status: 0 }]]);
    expect(told(step(moved('delivering', 'completed')))).toEqual([[312, { Status: 0 }]]);
    expect(told(step(moved('delivering', 'failed')))).toEqual([[312, { Status: 1 }]]);
    expect(told(step(moved('starting', 'aborted', { endReason: 'idle' })))).toEqual([[302, { LeaveCode: 99 }], [312, { Status: 0 }]]); // prettier-ignore
  });

  it('in a bucket are 303, 307 and 304 per playlist, 305 and 310', () => {
    const cos = { storage: 'cos' } as const;
    const playlist = {
      ...file,
      id: 'file_2',
      format: 'hls',
      key: 'p/T../a.m3u8',
      type: 'track',
      participant: 'ada',
      source: 'screen_share',
      videoCodec: null,
      audioCodec: null,
    };
    expect(told(step(moved('starting', 'recording'), cos))).toEqual([[303, { Status: 0 }]]);
    expect(told(step(event('file.growing', { fileId: 'file_2' }, { files: [file, playlist] }), cos))).toEqual([
      [307, { FileName: 'a.m3u8', UserId: 'ada', TrackType: 'video', BeginTimeStamp: 1769846401153 }],
      [304, { FileList: 'a.m3u8' }],
    ]);
    expect(told(step(event('file.ready', { fileId: 'file_1' }), cos))).toEqual([]);
    expect(
      told(step(moved('delivering', 'completed', { files: [file, playlist, { ...file, type: 'timeline', format: 'json' }] }), cos)),
    ).toEqual([
      [305, { Status: 0 }],
      [
        310,
        {
          ...{ Status: 0, FileList: ['1400000001_20015.mp4'] },
          FileMessage: [
            {
              ...{ FileName: '1400000001_20015.mp4', UserId: '', TrackType: 'audio_video', MediaId: 'mix' },
              ...{ StartTimeStamp: 1769846401153, EndTimeStamp: 1769846404153 },
            },
          ],
        },
      ],
    ]);
    expect(told(step(event('recording.picture_failed', { url: 'http://x/y.png' }), cos))).toEqual([[309, { Url: 'http://x/y.png' }]]);
  });

  it.each([
    ['stopped', null, 0],
    ['removed', null, 1],
    ['room-closed', null, 2],
    ['disk-full', null, 3],
    ['room-empty', null, 99],
    ['stopped', 101, 101],
  ])('say why it left: %s, %s as %d', (endReason, leaveCode, code) => {
    expect(told(step(moved('recording', 'stopping', { endReason }), { leaveCode }))).toEqual([[302, { LeaveCode: code }]]);
  });
});

describe('callbacks of a room', () => {
  const notice = (type: RoomNotice['type'], change: Partial<RoomNotice> = {}): DialectEvent => ({
    kind: 'room',
    appId: '1400000001',
    notice: { id: 'n', atMs: 1769846405275, room: '12345', type, identity: 'ada', reason: null, isPublisher: true, ...change },
  });
  const bodyOf = (given: DialectEvent) => tencentCallbacks.present(given)[0]?.body;

  it('are those of groups 1 and 2', () => {
    const times = { RoomId: 12345, EventTs: 1769846405, EventMsTs: 1769846405275 };
    expect(bodyOf(notice('room-created'))).toMatchObject({ EventGroupId: 1, EventType: 101, EventInfo: { ...times, UserId: 'ada' } });
    expect(bodyOf(notice('room-dismissed', { identity: null }))).toEqual({
      EventGroupId: 1,
      EventType: 102,
      CallbackTs: 1769846405275,
      EventInfo: times,
    });
    expect(bodyOf(notice('joined'))).toMatchObject({
      EventType: 103,
      EventInfo: { UserId: 'ada', Role: 20, TerminalType: 100, UserType: 1, Reason: 1 },
    });
    expect(bodyOf(notice('joined', { isPublisher: false, room: '0012' }))).toMatchObject({ EventInfo: { Role: 21, RoomId: '0012' } });
    expect(bodyOf(notice('left', { reason: 'PARTICIPANT_REMOVED' }))).toMatchObject({ EventType: 104, EventInfo: { Role: 20, Reason: 3 } });
    expect(bodyOf(notice('left', { reason: 'CONNECTION_TIMEOUT' }))).toMatchObject({ EventInfo: { Reason: 2 } });
    expect(bodyOf(notice('video-started'))).toEqual({
      EventGroupId: 2,
      EventType: 201,
      CallbackTs: 1769846405275,
      EventInfo: { ...times, UserId: 'ada' },
    });
    const others = ['video-stopped', 'audio-started', 'audio-stopped', 'screen-started', 'screen-stopped'] as const;
    expect(others.map((type) => bodyOf(notice(type))?.['EventType'])).toEqual([202, 203, 204, 205, 206]);
    expect(bodyOf(notice('audio-stopped'))).toMatchObject({ EventInfo: { Reason: 0 } });
  });
});

describe('a callback that is sent', () => {
  it('is signed as in the published example', () => {
    const published =
      '{\n\t"EventGroupId":\t2,\n\t"EventType":\t204,\n\t"CallbackTs":\t1664209748188,\n\t"EventInfo":\t{\n\t\t"RoomId":\t8489,\n\t\t"EventTs":\t1664209748,\n\t\t"EventMsTs":\t1664209748180,\n\t\t"UserId":\t"user_85034614",\n\t\t"Reason":\t0\n\t}\n}';
    expect(signOf(published, '123654')).toBe('kkoFeO3Oh2ZHnjtg8tEAQhtXK16/KI05W3BQff8IvGA=');
  });

  it('carries its signature, the application and the time of sending', () => {
    const [callback] = tencentCallbacks.present(step(moved(null, 'starting')));
    if (callback === undefined) throw new Error('no callback');
    const { body, headers } = tencentCallbacks.sign(callback, 'key', '1400000001', 1769846409000);
    expect(headers).toEqual({
      'Content-Type': 'application/json',
      Sign: createHmac('sha256', 'key').update(body).digest('base64'),
      SdkAppId: '1400000001',
    });
    expect(Object.entries(JSON.parse(body) as object).slice(0, 3)).toEqual([['EventGroupId', 3], ['EventType', 301], ['CallbackTs', 1769846409000]]); // prettier-ignore
  });

  it('comes again at once and then every 10 seconds for a minute', () => {
    expect([1, 2, 7].map((attempt) => tencentCallbacks.retryMs(attempt, (attempt - 1) * 10_000))).toEqual([0, 10_000, 10_000]);
    expect(tencentCallbacks.retryMs(8, 60_001)).toBeNull();
    expect(tencentCallbacks.timeoutMs).toBe(5000);
  });
});

describe('the legacy callback', () => {
  it('tells a mixed file with t and sign, and nothing else of it', () => {
    const mix = { kind: 'mix', streamId: 'my_mix', recordId: 'lesson' } as const;
    expect(told(step(moved(null, 'starting'), mix))).toEqual([]);
    const [callback] = tencentCallbacks.present(step(event('file.ready', { fileId: 'file_1' }), mix));
    if (callback === undefined) throw new Error('no callback');
    const { body } = tencentCallbacks.sign(callback, 'key', '1400000001', 1769846409000);
    const sent = JSON.parse(body) as Record<string, unknown>;
    expect(sent).toMatchObject({
      ...{
        event_type: 100,
        appid: 1400000001,
        stream_id: 'my_mix',
        channel_id: 'my_mix',
        file_id: 'file_1',
        file_format: 'mp4',
        duration: 3,
      },
      ...{
        start_time: 1769846401,
        start_time_usec: 153_000,
        end_time: 1769846404,
        stream_param: 'userdefinerecordid=lesson',
        t: 1769847009,
      },
    });
    expect(sent['sign']).toBe(createHash('md5').update('key1769847009').digest('hex'));
  });

  it('names the stream of one person by either form of id', () => {
    const own = { files: [{ ...file, type: 'individual', participant: 'userA', source: null }], room: '12345' };
    const idOf = (bizId: number | null) =>
      tencentCallbacks.present(step(event('file.ready', { fileId: 'file_1' }, own), { kind: 'stream', bizId }))[0]?.body['stream_id'];
    expect(idOf(null)).toBe('1400000001_12345_userA_main');
    expect(idOf(1234)).toBe('1234_8d0261436c375bb0dea901d86d7d70e8');
  });
});
