// Records a room with Volcengine's own SDK, written from the vendor's public documents: start, update the layout, get, stop; callbacks with their signature; the file list; download.
// Runs against rtc.volcengineapi.com as it stands; against another server with VOLC_ENDPOINT. See examples/README.md for the variables.
import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { rtcOpenapi } from '@volcengine/openapi';

const { env } = process;
const recordMs = Number(env.RECORD_SECONDS ?? 30) * 1000;
const callbackPort = Number(env.CALLBACK_PORT ?? 8080);
const callbackKey = env.CALLBACK_KEY ?? '';
const patienceMs = 120_000;
const name = { AppId: env.VOLC_APP_ID ?? '', RoomId: env.VOLC_ROOM_ID ?? '', TaskId: env.VOLC_TASK_ID ?? `task-${Date.now()}` };

const { protocol, host } = new URL(env.VOLC_ENDPOINT ?? 'https://rtc.volcengineapi.com');
const service = new rtcOpenapi.RtcService({
  ...{ protocol, host, region: 'cn-north-1' },
  ...{ accessKeyId: env.VOLC_ACCESS_KEY, secretKey: env.VOLC_SECRET_KEY },
});
/** One call; the SDK never throws for an answer, so errors are looked for. */
const call = async (action, data, { version = '2023-11-01', method = 'POST' } = {}) => {
  const api =
    method === 'GET' ? service.createAPI(action, { Version: version, method }) : service.createJSONAPI(action, { Version: version });
  const { Result, ResponseMetadata } = await api(data);
  if (ResponseMetadata.Error) throw new Error(`${action}: ${ResponseMetadata.Error.Code} ${ResponseMetadata.Error.Message}`);
  return Result;
};

/** Whether Signature = hex(SHA256(the sorted values and the key, joined)). */
const isSigned = (body) => {
  const values = ['EventType', 'EventData', 'EventTime', 'EventId', 'AppId', 'Version', 'Nonce'].map((field) => String(body[field]));
  const expected = createHash('sha256')
    .update([...values, callbackKey].toSorted().join(''))
    .digest();
  const given = Buffer.from(String(body.Signature), 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
};
/** Callbacks as they came, by their EventId: one may come twice. */
const callbacks = new Map();
const takeCallback = async (request, response) => {
  const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
  const isRight = isSigned(body);
  if (isRight) callbacks.set(body.EventId, { type: body.EventType, data: JSON.parse(body.EventData) });
  else console.error('A callback with a wrong signature was refused.');
  response.writeHead(isRight ? 200 : 403).end();
};
const receiver = createServer((request, response) => void takeCallback(request, response));
receiver.listen(callbackPort);
await once(receiver, 'listening');
const callbackUrl = env.CALLBACK_URL ?? `http://127.0.0.1:${callbackPort}/`;
const callback = { AppID: name.AppId, BusinessId: '', EventList: [], SecretKey: callbackKey, URL: callbackUrl };
await call('CreateCallback', callback, { version: '2020-12-01' });

/** Resolves with what `look` finds. */
const until = async (what, look) => {
  for (const endMs = Date.now() + patienceMs; Date.now() < endMs; await delay(200)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`Waited in vain: ${what}.`);
};
const told = (type) => [...callbacks.values()].find(({ type: other, data }) => other === type && data.TaskId === name.TaskId)?.data;
const read = async () => (await call('GetRecordTask', name, { method: 'GET' })).RecordTask;

const streams = (env.VOLC_USER_IDS ?? '').split(',').map((UserId, Index) => ({ UserId, Index, StreamType: 0 }));
const tile = { LocationY: 0, Height: 720, RenderMode: 1 };
await call('StartRecord', {
  ...name,
  RecordMode: 0,
  TargetStreams: { StreamList: streams },
  Encode: { VideoWidth: 1280, VideoHeight: 720, VideoFps: 15, VideoBitrate: 1000 },
  Layout: {
    LayoutMode: 2,
    CustomLayout: {
      Canvas: { Width: 1280, Height: 720, Background: '#000000' },
      Regions: streams.map(({ Index }) => {
        const width = Math.floor(1280 / streams.length);
        return { ...tile, StreamIndex: Index, LocationX: Index * width, Width: width };
      }),
    },
  },
  FileFormatConfig: { FileFormat: ['MP4'] },
  FileNameConfig: { Prefix: ['examples'], Pattern: '{TaskId}_{StartTime}' },
  StorageConfig: {
    Type: 2,
    CustomConfig: { Vendor: 0, Region: 0, Bucket: env.S3_BUCKET, AccessKey: env.S3_ACCESS_KEY, SecretKey: env.S3_SECRET_KEY },
  },
});
console.error(`Task ${name.TaskId} of room ${name.RoomId}.`);
await until('the task runs', async () => (await read()).Status === 2);
await until('RecordStarted', () => told('RecordStarted'));
await delay(recordMs / 2);

// The last user alone, on the whole canvas.
const focus = { UserId: streams.at(-1).UserId, Index: 0, StreamType: 0 };
await call('UpdateRecord', {
  ...name,
  TargetStreams: { StreamList: [focus] },
  Layout: { CustomLayout: { Regions: [{ ...tile, StreamIndex: 0, LocationX: 0, Width: 1280 }] } },
});
console.error('The layout has changed.');
await delay(recordMs / 2);

await call('StopRecord', name);
const task = await until('the task has ended', async () => {
  const found = await read();
  return found.Status === 3 && found;
});
await until('RecordStopped', () => told('RecordStopped'));
const [{ ObjectKey }] = task.RecordFileList;
console.error(`It ended with ${task.StopReason}; the file is ${ObjectKey}.`);

const s3 = new S3Client({
  region: env.S3_REGION ?? 'us-east-1',
  credentials: { accessKeyId: env.S3_ACCESS_KEY, secretAccessKey: env.S3_SECRET_KEY },
  ...(env.S3_ENDPOINT && { endpoint: env.S3_ENDPOINT, forcePathStyle: true }),
});
const path = env.OUTPUT ?? `${name.TaskId}.mp4`;
const { Body } = await s3.send(new GetObjectCommand({ Bucket: env.S3_BUCKET, Key: ObjectKey }));
await pipeline(Body, createWriteStream(path));
await call('DeleteCallback', { AppID: name.AppId, BusinessId: '' }, { version: '2020-12-01' });
receiver.close();
receiver.closeAllConnections();
console.log(JSON.stringify({ taskId: name.TaskId, path, events: [...callbacks.values()].map(({ type }) => type) }));
