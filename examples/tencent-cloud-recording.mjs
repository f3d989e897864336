// Records a TRTC room with Tencent's own SDK, written from the vendor's public documents: create, modify the layout, describe, delete; callbacks with their signature; search; download.
// Runs against trtc.tencentcloudapi.com as it stands; against another server with TRTC_ENDPOINT and VOD_ENDPOINT. See examples/README.md for the variables.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import * as tencentcloud from 'tencentcloud-sdk-nodejs';
import tlsSig from 'tls-sig-api-v2';

const { env } = process;
const sdkAppId = Number(env.TRTC_SDK_APP_ID);
const roomId = env.TRTC_ROOM_ID ?? '4321';
const recordMs = Number(env.RECORD_SECONDS ?? 30) * 1000;
const patienceMs = 120_000;

/** The profile of both clients: only the endpoint differs. */
const clientOf = (Client, endpoint) => {
  const { protocol, host } = new URL(endpoint);
  return new Client({
    credential: { secretId: env.TENCENT_SECRET_ID, secretKey: env.TENCENT_SECRET_KEY },
    region: env.TENCENT_REGION ?? 'ap-guangzhou',
    profile: { httpProfile: { endpoint: host, protocol: `${protocol}//` } },
  });
};
const trtc = clientOf(tencentcloud.trtc.v20190722.Client, env.TRTC_ENDPOINT ?? 'https://trtc.tencentcloudapi.com');
const vod = clientOf(tencentcloud.vod.v20180717.Client, env.VOD_ENDPOINT ?? 'https://vod.tencentcloudapi.com');

/** Callbacks as they came, whose signature is right: Sign = base64(HMAC-SHA256(key, body)). */
const callbacks = [];
const takeCallback = async (request, response) => {
  const body = Buffer.concat(await request.toArray());
  const sign = Buffer.from(String(request.headers.sign), 'base64');
  const expected = createHmac('sha256', env.TRTC_CALLBACK_KEY ?? '')
    .update(body)
    .digest();
  const isRight = sign.length === expected.length && timingSafeEqual(sign, expected) && request.headers.sdkappid === String(sdkAppId);
  if (isRight) callbacks.push(JSON.parse(body.toString()));
  else console.error('A callback with a wrong signature was refused.');
  response.writeHead(isRight ? 200 : 403, { 'content-type': 'application/json' }).end('{"code":0}');
};
const receiver = createServer((request, response) => void takeCallback(request, response));
receiver.listen(Number(env.CALLBACK_PORT ?? 8080));
await once(receiver, 'listening');

/** Resolves with what `look` finds. */
const until = async (what, look) => {
  for (const endMs = Date.now() + patienceMs; Date.now() < endMs; await delay(200)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`Waited in vain: ${what}.`);
};
const told = (type, taskId) => callbacks.find(({ EventType, EventInfo }) => EventType === type && EventInfo.TaskId === taskId)?.EventInfo;

const robot = 'recorder_1';
const { TaskId } = await trtc.CreateCloudRecording({
  SdkAppId: sdkAppId,
  RoomId: roomId,
  RoomIdType: 1,
  UserId: robot,
  UserSig: new tlsSig.Api(sdkAppId, env.TRTC_SECRET_KEY).genUserSig(robot, 86_400),
  RecordParams: { RecordMode: 2, StreamType: 0, MaxIdleTime: 60 },
  StorageParams: { CloudVod: { TencentVod: { ExpireTime: 0, MediaType: 0, SourceContext: 'examples' } } },
  MixTranscodeParams: { VideoParams: { Width: 1280, Height: 720, Fps: 15, BitRate: 1_000_000, Gop: 10 } },
  MixLayoutParams: { MixLayoutMode: 3 },
});
console.error(`Task ${TaskId} of room ${roomId}.`);
const task = { SdkAppId: sdkAppId, TaskId };

await until('the task is in progress', async () => (await trtc.DescribeCloudRecording(task)).Status === 'InProgress');
await delay(recordMs / 2);

// One user alone, on the whole canvas.
const userId = env.TRTC_FOCUS_USER_ID ?? '';
const whole = { Top: 0, Left: 0, Width: 1280, Height: 720, UserId: userId, MediaId: 0, RenderMode: 2 };
await trtc.ModifyCloudRecording({ ...task, MixLayoutParams: { MixLayoutMode: 4, MixLayoutList: [whole] } });
console.error('The layout has changed.');
await delay(recordMs / 2);

await trtc.DeleteCloudRecording(task);
const { Payload: left } = await until('callback 302', () => told(302, TaskId));
const { Payload: committed } = await until('callback 311', () => told(311, TaskId));
await until('callback 312', () => told(312, TaskId));
console.error(`The recorder left with code ${left.LeaveCode}; the file is ${committed.TencentVod.FileId}.`);

const { MediaInfoSet } = await vod.SearchMedia({ TrtcSdkAppIds: [sdkAppId], TrtcRoomIds: [roomId], SourceTypes: ['TrtcRecord'] });
const media = MediaInfoSet.find(({ FileId }) => FileId === committed.TencentVod.FileId);
if (!media) throw new Error('SearchMedia does not find the file that callback 311 named.');
const path = env.OUTPUT ?? `${TaskId.replace(/[^\w-]/g, '')}.${media.BasicInfo.Type}`;
const answer = await fetch(media.BasicInfo.MediaUrl);
if (!answer.ok) throw new Error(`The download ended with ${answer.status}.`);
await pipeline(Readable.fromWeb(answer.body), createWriteStream(path));
receiver.close();
receiver.closeAllConnections();
console.log(JSON.stringify({ taskId: TaskId, path, events: callbacks.map(({ EventType }) => EventType) }));
