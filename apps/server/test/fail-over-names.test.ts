import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { requirement, type S3Server, startS3Server } from '@tapedeck/testkit';
import { trtc } from 'tencentcloud-sdk-nodejs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CallbackReceiver, receiveTencentCallbacks } from './support/callback-receiver.ts';
import { bringPeople, sendHome } from './support/people.ts';
import { cleanUp, makeDataDir, type ServerProcess, startServerProcess, testPair } from './support/server-process.ts';

const livekit = requirement('livekit');
const s3 = requirement('s3');
const sdkAppId = 1_400_000_001;
const bucketName = 'calls';
/** The vendor's own maker of tickets. */
const tickets = new (
  createRequire(import.meta.url)('tls-sig-api-v2') as {
    Api: new (id: number, key: string) => { genUserSig(user: string, lifeS: number): string };
  }
).Api(sdkAppId, testPair.secret);

describe.skipIf(livekit === null || s3 === null)('files under a vendor’s names, when the recorder is killed', { timeout: 120_000 }, () => {
  let dataDir: string;
  let server: ServerProcess;
  let bucket: S3Server;
  let receiver: CallbackReceiver;
  beforeAll(async () => {
    dataDir = makeDataDir();
    bucket = await startS3Server(s3 ?? '');
    bucket.makeBucket(bucketName);
    server = await startServerProcess(dataDir, { TAPEDECK_OUTGOING_ALLOW_PRIVATE: '127.0.0.1' });
    receiver = await receiveTencentCallbacks('key');
    const { accessKeyId, secretAccessKey, endpoint } = bucket;
    const storage = { name: 'calls', preset: 'minio', endpoint, bucket: bucketName, accessKeyId, secretAccessKey };
    await native('PATCH', '/v1/application', { tencent: { callbackUrl: receiver.url, callbackKey: 'key' } });
    await native('POST', '/v1/storages', storage);
  });
  afterAll(async () => {
    receiver.close();
    await cleanUp(dataDir, server);
    await bucket.close();
  });

  const native = async (method: string, path: string, body: object): Promise<void> => {
    const headers = { authorization: `Basic ${btoa(`${testPair.key}:${testPair.secret}`)}`, 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}${path}`, { method, headers, body: JSON.stringify(body) });
    expect(answer.ok, await answer.text()).toBe(true);
  };
  const until = async (work: () => void): Promise<void> => await vi.waitFor(work, { timeout: 60_000, interval: 100 });
  const nameOf = (user: string, takeovers: string): string =>
    `${takeovers}${sdkAppId}_7__UserId_s_${Buffer.from(user).toString('base64').replaceAll('=', '.')}__UserId_e_main`;

  it('what had begun goes on under its names, what begins afterwards is marked, and nothing is there twice', async () => {
    const httpProfile = { endpoint: new URL(server.url).host, protocol: 'http://' };
    const credential = { secretId: testPair.key, secretKey: testPair.secret };
    const client = new trtc.v20190722.Client({ credential, region: 'ap-guangzhou', profile: { httpProfile } } as never);
    const ada = await bringPeople(server, '7', ['ada']);
    const cloud = { Vendor: 0, Region: 'ap-guangzhou', Bucket: bucketName, AccessKey: 'x', SecretKey: 'y' };
    const { TaskId = '' } = await client.CreateCloudRecording({
      ...{ SdkAppId: sdkAppId, RoomId: '7', RoomIdType: 1, UserId: 'robot', UserSig: tickets.genUserSig('robot', 600) },
      RecordParams: { RecordMode: 1, OutputFormat: 1, MaxIdleTime: 60 },
      StorageParams: { CloudStorage: cloud },
    });
    const folder = join(bucket.folder, bucketName, TaskId);
    const growing = join(folder, `${nameOf('ada', '')}_video.m3u8`);
    await until(() => expect(existsSync(growing)).toBe(true));
    const before = readFileSync(growing, 'utf8');
    process.kill(server.recorderPid() ?? 0, 'SIGKILL');
    await until(() => expect(typesOf(TaskId)).toContain(306));
    const bob = await bringPeople(server, '7', ['bob']);
    await until(() => expect(existsSync(join(folder, `${nameOf('bob', 'ha1_')}_video.m3u8`))).toBe(true));
    await client.DeleteCloudRecording({ SdkAppId: sdkAppId, TaskId });
    await until(() => expect(typesOf(TaskId)).toContain(310));
    await sendHome([...ada, ...bob]);
    const names = readdirSync(folder);
    const expected = [nameOf('ada', ''), nameOf('bob', 'ha1_')].flatMap((name) => [
      `${name}.mp4`,
      `${name}_audio.m3u8`,
      `${name}_video.m3u8`,
    ]);
    expect(names.filter((name) => !name.endsWith('.ts')).toSorted()).toEqual(expected.toSorted());
    const after = readFileSync(growing, 'utf8');
    expect(after).toContain('#EXT-X-ENDLIST');
    for (const segment of segmentsOf(before)) expect(segmentsOf(after)).toContain(segment);
    const listed = expected
      .filter((name) => name.endsWith('.m3u8'))
      .flatMap((name) => segmentsOf(readFileSync(join(folder, name), 'utf8')));
    expect(names.filter((name) => name.endsWith('.ts')).toSorted()).toEqual(listed.toSorted());
    expect(typesOf(TaskId).filter((type) => type === 306)).toHaveLength(1);
  });

  const typesOf = (taskId: string): number[] => receiver.callbacks.filter(({ info }) => info['TaskId'] === taskId).map(({ type }) => type);
  const segmentsOf = (playlist: string): string[] => playlist.split('\n').filter((line) => line.endsWith('.ts'));
});
