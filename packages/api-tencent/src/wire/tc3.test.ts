import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TencentError } from '../errors.ts';
import { canonicalRequests, checkTc3Time, isTc3Signed, parseTc3Authorization, signCanonical } from './tc3.ts';
import type { TencentCall } from './tencent-call.ts';

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    return error instanceof TencentError ? error.vendorCode : String(error);
  }
};

/** Signs as the vendor's page says, with node:crypto alone. */
function sign(
  call: TencentCall,
  secret: string,
  service: string,
  headers: readonly (readonly [string, string])[],
  hashed: string | Buffer = call.body,
): string {
  const hash = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
  const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();
  const timestamp = String(call.headers['x-tc-timestamp']);
  const date = new Date(Number(timestamp) * 1000).toISOString().slice(0, 10);
  const names = headers.map(([name]) => name).join(';');
  const lines = headers.map(([name, value]) => `${name}:${value}\n`).join('');
  const canonical = [call.method, call.path, call.query, lines, names, hash(hashed)].join('\n');
  const key = hmac(hmac(hmac(`TC3${secret}`, date), service), 'tc3_request');
  const signature = hmac(key, ['TC3-HMAC-SHA256', timestamp, `${date}/${service}/tc3_request`, hash(canonical)].join('\n')).toString('hex');
  return `TC3-HMAC-SHA256 Credential=ak/${date}/${service}/tc3_request, SignedHeaders=${names}, Signature=${signature}`;
}

const secret = 'a secret';
const call = (change: Partial<TencentCall> = {}): TencentCall => ({
  ...{ method: 'POST', path: '/', query: '', body: Buffer.from('{"SdkAppId":1}') },
  headers: {
    ...{
      'content-type': 'application/json',
      host: '127.0.0.1:7080',
      'x-tc-action': 'DescribeCloudRecording',
      'x-tc-timestamp': '1764383667',
    },
    ...change.headers,
  },
  ...(change.body !== undefined && { body: change.body }),
  ...(change.method !== undefined && { method: change.method }),
  ...(change.query !== undefined && { query: change.query }),
  ...(change.path !== undefined && { path: change.path }),
});
const isRight = (sent: TencentCall, header: string, key = secret): boolean => isTc3Signed(sent, parseTc3Authorization(header), key);

describe('the TC3 signature', () => {
  it('is the one of the published example', () => {
    const published: TencentCall = {
      ...{ method: 'POST', path: '/', query: '' },
      body: Buffer.from(String.raw`{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}`),
      headers: {
        ...{ 'content-type': 'application/json; charset=utf-8', host: 'cvm.tencentcloudapi.com', 'x-tc-action': 'DescribeInstances' },
        'x-tc-timestamp': '1551113065',
      },
    };
    const [canonical = ''] = canonicalRequests(published, { signedHeaders: ['content-type', 'host', 'x-tc-action'] });
    expect(createHash('sha256').update(published.body).digest('hex')).toBe(
      '35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064',
    );
    expect(createHash('sha256').update(canonical).digest('hex')).toBe('7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84');
    const key = Buffer.from('b596b923aad85185e2d1f6659d2a062e0a86731226e021e61bfe06f7ed05f5af', 'hex');
    expect(signCanonical(key, '1551113065', '2019-02-25/cvm/tc3_request', canonical).toString('hex')).toBe(
      '10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f',
    );
  });

  it.each([
    [
      'the host without its port',
      '127',
      [
        ['content-type', 'application/json'],
        ['host', '127.0.0.1'],
      ],
    ],
    [
      'the host with its port',
      'trtc',
      [
        ['content-type', 'application/json'],
        ['host', '127.0.0.1:7080'],
      ],
    ],
    [
      'a service with a colon',
      'localhost:8080',
      [
        ['content-type', 'application/json'],
        ['host', '127.0.0.1'],
      ],
    ],
    [
      'the action in lower case',
      'trtc',
      [
        ['content-type', 'application/json'],
        ['host', '127.0.0.1:7080'],
        ['x-tc-action', 'describecloudrecording'],
      ],
    ],
  ] as const)('is taken over %s', (_name, service, headers) => {
    const header = sign(call(), secret, service, headers);
    expect(isRight(call(), header)).toBe(true);
    expect(isRight(call({ body: Buffer.from('{"SdkAppId":2}') }), header)).toBe(false);
    expect(isRight(call(), header, 'another secret')).toBe(false);
  });

  it('is taken over a query, a path below a prefix, and a payload that is not signed', () => {
    const plain = [
      ['content-type', 'application/json'],
      ['host', '127.0.0.1'],
    ] as const;
    const get = call({ method: 'GET', query: 'A.0=p%20q&B=1', body: Buffer.alloc(0) });
    expect(isRight(get, sign(get, secret, '127', plain))).toBe(true);
    expect(isRight(call({ method: 'GET', query: 'A.0=p%20q&B=2', body: Buffer.alloc(0) }), sign(get, secret, '127', plain))).toBe(false);
    const below = call({ path: '/prefix/' });
    expect(isRight(below, sign(below, secret, '127', plain))).toBe(true);
    expect(isRight(call(), sign(below, secret, '127', plain))).toBe(false);
    const unsigned = call({ headers: { 'x-tc-content-sha256': 'UNSIGNED-PAYLOAD' } });
    expect(isRight(unsigned, sign(unsigned, secret, 'trtc', plain, 'UNSIGNED-PAYLOAD'))).toBe(true);
    expect(isRight(call(), sign(unsigned, secret, 'trtc', plain, 'UNSIGNED-PAYLOAD'))).toBe(false);
  });

  it('may be 300 seconds away, not more, and must be of the day of its credential', () => {
    const header = sign(call(), secret, 'trtc', [
      ['content-type', 'application/json'],
      ['host', '127.0.0.1'],
    ]);
    const check = (nowS: number) => codeOf(() => checkTc3Time(call(), parseTc3Authorization(header), nowS * 1000));
    expect([-300, 0, 300].map((off) => check(1764383667 + off))).toEqual(['none', 'none', 'none']);
    expect([-301, 301].map((off) => check(1764383667 + off))).toEqual(['AuthFailure.SignatureExpire', 'AuthFailure.SignatureExpire']);
    const otherDay = parseTc3Authorization(header.replace('2025-11-29', '2025-11-28'));
    expect(codeOf(() => checkTc3Time(call(), otherDay, 1764383667_000))).toBe('AuthFailure.InvalidAuthorization');
    expect(codeOf(() => checkTc3Time(call({ headers: { 'x-tc-timestamp': '' } }), otherDay, 0))).toBe('MissingParameter');
  });

  it('comes in one form only', () => {
    for (const header of [
      '',
      'SKIP',
      'TC3-HMAC-SHA256 nonsense',
      'Basic YTpi',
      'TC3-HMAC-SHA256 Credential=a/2025-01-01/b/tc3_request, SignedHeaders=host, Signature=' + '0'.repeat(64),
    ])
      expect(codeOf(() => parseTc3Authorization(header))).toBe('AuthFailure.InvalidAuthorization');
  });
});
