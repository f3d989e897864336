import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeFile, type LightPublisher, readTestPicture, requirement, type S3Server, startS3Server } from '@tapedeck/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bringPeople, sendHome } from './support/people.ts';
import { cleanUp, makeDataDir, type ServerProcess, startServerProcess, testPair } from './support/server-process.ts';

const livekit = requirement('livekit');
const s3 = requirement('s3');
const sdkAppId = 1_400_000_001;
const callbackKey = 'callback-key';
const userSigKey = 'a-key-of-the-console';

/** What a script says at its end. */
interface Outcome {
  readonly taskId: string;
  readonly path: string;
  readonly events: readonly (number | string)[];
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

/** Runs one of `examples/` to its end as its reader does. */
async function runScript(name: string, env: Readonly<Record<string, string>>): Promise<Outcome> {
  const script = fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));
  const child = spawn(process.execPath, [script], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code, stderr).toBe(0);
  expect(stderr).not.toContain('wrong signature');
  return JSON.parse(stdout) as Outcome;
}

/** Whose test pictures fill the canvas, in the order in which they come (two people side by side fill none). */
async function shownAlone(path: string): Promise<readonly number[]> {
  const shown: number[] = [];
  await decodeFile(path, {
    picture: ({ width, height, planes, strides }) => {
      const identity = readTestPicture({ luma: planes[0]!, lumaStride: strides[0]!, x: 0, y: 0, width, height })?.identity;
      if (identity !== undefined && identity !== shown.at(-1)) shown.push(identity);
    },
    sound: () => undefined,
  });
  return shown;
}

describe.skipIf(livekit === null || s3 === null)('the scripts written from the vendors’ documents', { timeout: 180_000 }, () => {
  let dataDir: string;
  let server: ServerProcess;
  let bucket: S3Server;

  const native = async (method: string, path: string, body: object): Promise<void> => {
    const authorization = `Basic ${btoa(`${testPair.key}:${testPair.secret}`)}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}${path}`, { method, headers, body: JSON.stringify(body) });
    expect(answer.ok, await answer.text()).toBe(true);
  };

  beforeAll(async () => {
    dataDir = makeDataDir();
    bucket = await startS3Server(s3 ?? '');
    bucket.makeBucket('calls');
    server = await startServerProcess(dataDir, { TAPEDECK_OUTGOING_ALLOW_PRIVATE: '127.0.0.1' });
  });
  afterAll(async () => {
    await cleanUp(dataDir, server);
    await bucket.close();
  });

  it('of Tencent records, changes the layout, is told, finds the file and fetches it', async () => {
    const port = await freePort();
    const callbackUrl = `http://127.0.0.1:${port}/`;
    await native('PATCH', '/v1/application', { tencent: { sdkAppIds: [sdkAppId], callbackUrl, callbackKey, userSigKey } });
    const people: readonly LightPublisher[] = await bringPeople(server, '4321', ['ada', 'bo']);
    const { path, events } = await runScript('tencent-cloud-recording.mjs', {
      ...{ TRTC_ENDPOINT: server.url, VOD_ENDPOINT: server.url, TENCENT_SECRET_ID: testPair.key, TENCENT_SECRET_KEY: testPair.secret },
      ...{ TRTC_SDK_APP_ID: String(sdkAppId), TRTC_SECRET_KEY: userSigKey, TRTC_ROOM_ID: '4321', TRTC_FOCUS_USER_ID: 'bo' },
      ...{ TRTC_CALLBACK_KEY: callbackKey, CALLBACK_PORT: String(port), RECORD_SECONDS: '6', OUTPUT: join(dataDir, 'tencent.mp4') },
    });
    await sendHome(people);
    expect(events.filter((event) => Number(event) > 300)).toEqual([301, 302, 311, 312]);
    expect(await shownAlone(path)).toEqual([2]); // first the two beside each other, then bo
  });

  it('of Volcengine records, changes the layout, is told, reads the task and fetches the file', async () => {
    const { accessKeyId, secretAccessKey, endpoint } = bucket;
    await native('POST', '/v1/storages', { name: 'calls', preset: 'minio', endpoint, bucket: 'calls', accessKeyId, secretAccessKey });
    const people = await bringPeople(server, 'meeting', ['ada', 'bo']);
    const { path, events } = await runScript('volcengine-recording.mjs', {
      ...{ VOLC_ENDPOINT: server.url, VOLC_ACCESS_KEY: testPair.key, VOLC_SECRET_KEY: testPair.secret },
      ...{ VOLC_APP_ID: 'app1', VOLC_ROOM_ID: 'meeting', VOLC_TASK_ID: 'script', VOLC_USER_IDS: 'ada,bo' },
      ...{ S3_ENDPOINT: endpoint, S3_BUCKET: 'calls', S3_ACCESS_KEY: accessKeyId, S3_SECRET_KEY: secretAccessKey },
      ...{ CALLBACK_KEY: callbackKey, CALLBACK_PORT: String(await freePort()), RECORD_SECONDS: '6', OUTPUT: join(dataDir, 'volc.mp4') },
    });
    await sendHome(people);
    const ofTask = events.filter((event) => String(event).startsWith('Record'));
    expect(ofTask.slice(0, 2)).toEqual(['RecordStarted', 'RecordUploadStarted']);
    expect(ofTask.slice(-2)).toEqual(['RecordUploadDone', 'RecordStopped']);
    expect(await shownAlone(path)).toEqual([2]);
  });
});
