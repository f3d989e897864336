// The page's backend: it holds the keys, hands out tokens and calls the recording API with Tencent's own SDK. `node server.mjs`, see README.md.
import * as tencentcloud from 'tencentcloud-sdk-nodejs';
import tlsSig from 'tls-sig-api-v2';
import { serveJson } from './json-server.mjs';
import { toMixParams } from './mix-params.mjs';
import { isUserSig } from './user-sig.mjs';

const { env } = process;
const endpoint = new URL(env.TAPEDECK_URL ?? 'http://127.0.0.1:7080');
const pair = { key: env.TAPEDECK_KEY ?? '', secret: env.TAPEDECK_SECRET ?? '' };
const sdkAppId = Number(env.TRTC_SDK_APP_ID ?? 1_400_000_001);
/** As in `tencent.userSigKey` of the application; without one it is the application's secret. */
const userSigKey = env.TRTC_SECRET_KEY ?? pair.secret;
const tickets = new tlsSig.Api(sdkAppId, userSigKey);

const clientOf = (Client) =>
  new Client({
    credential: { secretId: pair.key, secretKey: pair.secret },
    region: 'ap-guangzhou',
    profile: { httpProfile: { endpoint: endpoint.host, protocol: `${endpoint.protocol}//` } },
  });
const trtc = clientOf(tencentcloud.trtc.v20190722.Client);
const vod = clientOf(tencentcloud.vod.v20180717.Client);

/** Who asks. A real backend also asks whether this user may do that in this room. */
const checkTicket = ({ userId, userSig }) => {
  if (!isUserSig(String(userSig), { sdkAppId, userId: String(userId), key: userSigKey })) throw new Error('The UserSig is not right.');
};
/** Number rooms and text rooms have actions of their own. */
const roomOf = (roomId) => (typeof roomId === 'number' ? { RoomId: roomId } : { StrRoomId: String(roomId) });
const ofKind = (action, roomId) => (typeof roomId === 'number' ? action : `${action}ByStrRoomId`);

await serveJson(Number(env.PORT ?? 8081), {
  /** A sample lets in whoever gives a name; a real backend asks who that is. */
  ticket: async ({ userId }) => ({ sdkAppId, userSig: tickets.genUserSig(String(userId), 86_400) }),

  /** What TRTC does with a UserSig when a client enters: here it is exchanged for a token of the room. */
  token: async ({ userId, userSig, roomId }) => {
    checkTicket({ userId, userSig });
    const answer = await fetch(new URL('/v1/tokens', endpoint), {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${pair.key}:${pair.secret}`)}`, 'content-type': 'application/json' },
      body: JSON.stringify({ room: String(roomId), identity: userId }),
    });
    if (!answer.ok) throw new Error(`The server made no token: ${await answer.text()}`);
    return await answer.json();
  },

  mix: async ({ userId, userSig, roomId, streamId, config }) => {
    checkTicket({ userId, userSig });
    const room = { SdkAppId: sdkAppId, ...roomOf(roomId) };
    if (config === null) await trtc.request(ofKind('StopMCUMixTranscode', roomId), room);
    else await trtc.request(ofKind('StartMCUMixTranscode', roomId), { ...room, ...toMixParams(config, { userId, streamId }) });
    return {};
  },

  startRecording: async ({ userId, userSig, roomId }) => {
    checkTicket({ userId, userSig });
    const robot = `recorder_of_${roomId}`;
    const { TaskId } = await trtc.CreateCloudRecording({
      ...{ SdkAppId: sdkAppId, RoomId: String(roomId), RoomIdType: typeof roomId === 'number' ? 1 : 0 },
      ...{ UserId: robot, UserSig: tickets.genUserSig(robot, 86_400) },
      RecordParams: { RecordMode: 2, StreamType: 0, MaxIdleTime: 60 },
      StorageParams: { CloudVod: { TencentVod: { ExpireTime: 0, MediaType: 0 } } },
      MixLayoutParams: { MixLayoutMode: 3 },
    });
    return { taskId: TaskId };
  },

  stopRecording: async ({ userId, userSig, taskId }) => {
    checkTicket({ userId, userSig });
    await trtc.DeleteCloudRecording({ SdkAppId: sdkAppId, TaskId: taskId });
    return {};
  },

  /** Complete files of a room, newest first: recordings by their room, mixes by their stream id. */
  files: async ({ userId, userSig, roomId, streamId }) => {
    checkTicket({ userId, userSig });
    const search = async (by) => (await vod.SearchMedia({ ...by, Limit: 10 })).MediaInfoSet;
    const found = [...(await search({ TrtcRoomIds: [String(roomId)] })), ...(await search({ StreamIds: [streamId] }))];
    const byId = new Map(found.map(({ FileId, BasicInfo }) => [FileId, { id: FileId, name: BasicInfo.Name, url: BasicInfo.MediaUrl }]));
    return { files: [...byId.values()] };
  },
});
