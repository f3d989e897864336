import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requirement } from '@tapedeck/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanUp, makeDataDir, type ServerProcess, startServerProcess, testPair } from './support/server-process.ts';

const python = requirement('python');
const livekit = requirement('livekit');
const run = promisify(execFile);

/** Calls by the vendor's Python SDK as it is, in each of its ways to sign; prints the code of each answer. */
const script = `
import sys
from tencentcloud.common import credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.trtc.v20190722 import trtc_client, models

host, key, secret = sys.argv[1:4]

def client(sign, method, unsigned=False):
    http = HttpProfile(protocol="http", endpoint=host, reqMethod=method)
    profile = ClientProfile(signMethod=sign, httpProfile=http)
    profile.unsignedPayload = unsigned
    return trtc_client.TrtcClient(credential.Credential(key, secret), "ap-guangzhou", profile)

def code(work):
    try:
        work()
        return "none"
    except TencentCloudSDKException as error:
        return error.get_code()

for sign, method, unsigned in [("TC3-HMAC-SHA256", "POST", False), ("TC3-HMAC-SHA256", "GET", False), ("TC3-HMAC-SHA256", "POST", True),
                               ("HmacSHA1", "POST", False), ("HmacSHA256", "GET", False)]:
    own = client(sign, method, unsigned)
    read = models.DescribeCloudRecordingRequest()
    read.SdkAppId, read.TaskId = 1400000001, "r \u623f(1)*!'~+&="
    remove = models.RemoveUserRequest()
    remove.SdkAppId, remove.RoomId, remove.UserIds = 1400000001, 4321, ["ada", "b \u623f&="]
    print(sign, method, code(lambda: own.DescribeCloudRecording(read)), code(lambda: own.RemoveUser(remove)))
`;

describe.skipIf(python === null || livekit === null)('the vendor’s Python SDK against this server', { timeout: 300_000 }, () => {
  let dataDir: string;
  let server: ServerProcess;
  beforeAll(async () => {
    dataDir = makeDataDir();
    await run(python ?? '', ['-m', 'pip', 'install', '-q', '--target', join(dataDir, 'python'), 'tencentcloud-sdk-python-trtc==3.1.177']);
    server = await startServerProcess(dataDir);
  }, 240_000);
  afterAll(async () => await cleanUp(dataDir, server));

  it('signs what this server takes, and what it does not with another secret', async () => {
    const path = join(dataDir, 'calls.py');
    writeFileSync(path, script);
    const call = async (secret: string): Promise<string[]> => {
      const env = { ...process.env, PYTHONPATH: join(dataDir, 'python') };
      return (await run(python ?? '', [path, new URL(server.url).host, testPair.key, secret], { env })).stdout.trim().split('\n');
    };
    const ways = ['TC3-HMAC-SHA256 POST', 'TC3-HMAC-SHA256 GET', 'TC3-HMAC-SHA256 POST', 'HmacSHA1 POST', 'HmacSHA256 GET'];
    expect(await call(testPair.secret)).toEqual(ways.map((way) => `${way} ResourceNotFound none`));
    expect(await call('another secret')).toEqual(ways.map((way) => `${way} AuthFailure.SignatureFailure AuthFailure.SignatureFailure`));
  });
});
