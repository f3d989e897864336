// The page's backend: it holds the keys, hands out tokens and calls the recording API with Volcengine's own SDK. `node server.mjs`, see README.md.
import { rtcOpenapi } from '@volcengine/openapi';
import { serveJson } from './json-server.mjs';

const { env } = process;
const endpoint = new URL(env.TAPEDECK_URL ?? 'http://127.0.0.1:7080');
const pair = { key: env.TAPEDECK_KEY ?? '', secret: env.TAPEDECK_SECRET ?? '' };
const appId = env.VOLC_APP_ID ?? 'app1';

const service = new rtcOpenapi.RtcService({
  ...{ protocol: endpoint.protocol, host: endpoint.host, region: 'cn-north-1' },
  ...{ accessKeyId: pair.key, secretKey: pair.secret },
});
/** One call of the recording API; the SDK never throws for an answer, so errors are looked for. */
const call = async (action, data, method = 'POST') => {
  const options = { Version: '2023-11-01', method };
  const api = method === 'GET' ? service.createAPI(action, options) : service.createJSONAPI(action, options);
  const { Result, ResponseMetadata } = await api(data);
  if (ResponseMetadata.Error) throw new Error(`${action}: ${ResponseMetadata.Error.Code} ${ResponseMetadata.Error.Message}`);
  return Result;
};
/** The server's own API: tokens, and where a file of the library can be fetched (with Volcengine that is VOD's GetPlayInfo). */
const native = async (method, path, body) => {
  const headers = { authorization: `Basic ${btoa(`${pair.key}:${pair.secret}`)}`, ...(body && { 'content-type': 'application/json' }) };
  const answer = await fetch(new URL(path, endpoint), { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return await answer.json();
};
const taskOf = ({ roomId, taskId }) => ({ AppId: appId, RoomId: String(roomId), TaskId: String(taskId) });

// A sample lets in, and lets record, whoever gives a name; a real backend asks who that is.
await serveJson(Number(env.PORT ?? 8082), {
  token: async ({ roomId, userId }) => ({ appId, ...(await native('POST', '/v1/tokens', { room: String(roomId), identity: userId })) }),

  startRecord: async (named) => {
    await call('StartRecord', {
      ...taskOf(named),
      ...{ RecordMode: 0, Layout: { LayoutMode: 0 }, Encode: { VideoWidth: 640, VideoHeight: 360, VideoFps: 15, VideoBitrate: 600 } },
      FileFormatConfig: { FileFormat: ['MP4'] },
      StorageConfig: { Type: 1, VodConfig: { AccountId: '1', Space: 'recordings' } },
    });
    return {};
  },

  stopRecord: async (named) => {
    await call('StopRecord', taskOf(named));
    return {};
  },

  /** Status (1 not started, 2 running, 3 ended, 4 failed) and, once it has ended, files that a page can play. */
  task: async (named) => {
    const { RecordTask } = await call('GetRecordTask', taskOf(named), 'GET');
    const { items } = await native('GET', `/v1/recordings?room=${encodeURIComponent(String(named.roomId))}`);
    const urls = new Map(items.flatMap((recording) => recording.files.map(({ id, url }) => [id, url])));
    const files = RecordTask.RecordFileList.map(({ Vid, Duration }) => ({ id: Vid, durationMs: Duration, url: urls.get(Vid) }));
    return { status: RecordTask.Status, stopReason: RecordTask.StopReason, files };
  },
});
