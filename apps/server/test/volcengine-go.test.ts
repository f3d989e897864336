import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requirement } from '@tapedeck/testkit';
import { describe, expect, it } from 'vitest';
import { testPair } from './support/server-process.ts';

const go = requirement('go');
const livekit = requirement('livekit');
const run = promisify(execFile);

const goMod = `module example
go 1.21
require github.com/volcengine/volc-sdk-golang v1.0.23
`;
/** Three calls by the vendor's Go SDK as it is: a POST, a GET with characters that have to be encoded, and a signed address. */
const goMain = `package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/volcengine/volc-sdk-golang/base"
)

func api(action, method string) *base.ApiInfo {
	return &base.ApiInfo{Method: method, Path: "/", Query: url.Values{"Action": []string{action}, "Version": []string{"2023-11-01"}}}
}

func main() {
	host, key, secret, body := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	info := &base.ServiceInfo{Timeout: 10 * time.Second, Scheme: "http", Host: host, Header: http.Header{"Accept": []string{"application/json"}},
		Credentials: base.Credentials{Region: "cn-north-1", Service: "rtc", AccessKeyID: key, SecretAccessKey: secret}}
	client := base.NewClient(info, map[string]*base.ApiInfo{"StartRecord": api("StartRecord", "POST"), "GetRecordTask": api("GetRecordTask", "GET"), "StopRecord": api("StopRecord", "POST")})
	query := url.Values{"AppId": []string{"app1"}, "RoomId": []string{"go"}, "TaskId": []string{"task1"}, "Extra": []string{"r 房(1)*!'~+&="}}
	_, started, _ := client.Json("StartRecord", nil, body)
	_, read, _ := client.Query("GetRecordTask", query)
	signed, _ := client.GetSignUrl("GetRecordTask", query)
	answer, err := http.Get("http://" + host + "/?" + signed)
	if err != nil {
		panic(err)
	}
	_, stopped, _ := client.Json("StopRecord", nil, body)
	fmt.Println(started, read, answer.StatusCode, stopped)
}
`;
import { useServer } from './support/use-server.ts';

describe.skipIf(go === null || livekit === null)('the vendor’s Go SDK against this server', { timeout: 300_000 }, () => {
  const server = useServer();

  it('signs what this server takes, and what it does not with another secret', async () => {
    const cwd = join(server.dataDir, 'go');
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'go.mod'), goMod);
    writeFileSync(join(cwd, 'main.go'), goMain);
    const name = { AppId: 'app1', RoomId: 'go', TaskId: 'task1' };
    const body = JSON.stringify({ ...name, StorageConfig: { Type: 1, VodConfig: { AccountId: '1', Space: 'space' } } });
    const env = { ...process.env, GOFLAGS: '-mod=mod -buildvcs=false', CGO_ENABLED: '0' };
    const call = async (secret: string): Promise<string> => {
      const args = ['run', '.', new URL(server.url).host, testPair.key, secret, body];
      return (await run(go ?? '', args, { cwd, env })).stdout.trim();
    };
    expect(await call(testPair.secret)).toBe('200 200 200 200');
    expect(await call('another secret')).toBe('401 401 401 401');
  });
});
