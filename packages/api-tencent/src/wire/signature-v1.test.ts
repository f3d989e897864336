import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TencentError } from '../errors.ts';
import { unflatten } from './dotted-keys.ts';
import { ReplayGuard } from './replay-guard.ts';
import { checkV1, isV1Signed, readTextParameters, v1CommonNames } from './signature-v1.ts';
import type { TencentCall } from './tencent-call.ts';

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    return error instanceof TencentError ? error.vendorCode : String(error);
  }
};

const common = { Action: 'DescribeCloudRecording', Version: '2019-07-22', Timestamp: '1764383667', Nonce: '11886', SecretId: 'ak' };

/** A signed call as the vendor's page says, with node:crypto alone. */
function signed(
  method: 'GET' | 'POST',
  algorithm: 'HmacSHA1' | 'HmacSHA256',
  own: Record<string, string>,
  host = '127.0.0.1:7080',
): TencentCall {
  const all: Record<string, string> = { ...common, SignatureMethod: algorithm, ...own };
  const text = Object.keys(all)
    .sort()
    .map((name) => `${name}=${all[name]}`)
    .join('&');
  const signature = createHmac(algorithm === 'HmacSHA1' ? 'sha1' : 'sha256', 'secret')
    .update(`${method}${host}/?${text}`)
    .digest('base64');
  const form = new URLSearchParams({ ...all, Signature: signature }).toString();
  const isPost = method === 'POST';
  return {
    ...{ method, path: '/', query: isPost ? '' : form, body: Buffer.from(isPost ? form : '') },
    headers: { host: '127.0.0.1:7080', ...(isPost && { 'content-type': 'application/x-www-form-urlencoded' }) },
  };
}

describe('the old signature', () => {
  it.each([
    ['GET', 'HmacSHA1'],
    ['GET', 'HmacSHA256'],
    ['POST', 'HmacSHA1'],
    ['POST', 'HmacSHA256'],
  ] as const)('is taken by %s with %s, over values as they are', (method, algorithm) => {
    const call = signed(method, algorithm, { 'UserIds.0': 'a b&c=d', SdkAppId: '1400000001', TaskId: '测试' });
    const parameters = readTextParameters(call);
    expect(codeOf(() => checkV1(parameters, 1764383667_000))).toBe('none');
    expect(isV1Signed(call, parameters, 'secret')).toBe(true);
    expect(isV1Signed(call, parameters, 'another')).toBe(false);
    expect(isV1Signed(call, new Map([...parameters, ['SdkAppId', '2']]), 'secret')).toBe(false);
    expect(unflatten(parameters, v1CommonNames)).toEqual({ UserIds: ['a b&c=d'], SdkAppId: '1400000001', TaskId: '测试' });
  });

  it('needs its time, its nonce and an algorithm that is known', () => {
    const parameters = readTextParameters(signed('GET', 'HmacSHA1', {}));
    const without = (name: string) => new Map([...parameters].filter(([key]) => key !== name));
    const nowMs = 1764383667_000;
    expect(codeOf(() => checkV1(parameters, nowMs + 301_000))).toBe('AuthFailure.SignatureExpire');
    expect(codeOf(() => checkV1(without('Nonce'), nowMs))).toBe('MissingParameter');
    expect(codeOf(() => checkV1(new Map([...parameters, ['SignatureMethod', 'HmacMD5']]), nowMs))).toBe('AuthFailure.SignatureFailure');
    expect(codeOf(() => checkV1(new Map([...parameters, ['Timestamp', 'soon']]), nowMs))).toBe('InvalidParameter');
  });

  it('is known again while its time can be right', () => {
    const guard = new ReplayGuard();
    expect([guard.take('a', 0), guard.take('a', 1), guard.take('b', 1), guard.take('a', 600_001)]).toEqual([true, false, true, true]);
  });
});

describe('dotted names', () => {
  it('are put together again, lists in the order of their numbers', () => {
    const given = new Map([['A.0', 'p'], ['B.C.10', 'z'], ['B.C.2', 'y'], ['B.D', '1'], ['L.0.X', '1'], ['L.1.X', '2']]); // prettier-ignore
    expect(unflatten(given, [])).toEqual({ A: ['p'], B: { C: ['y', 'z'], D: '1' }, L: [{ X: '1' }, { X: '2' }] });
  });

  it('that contradict each other are refused', () => {
    expect(codeOf(() => unflatten(new Map([['A', '1'], ['A.B', '2']]), []))).toBe('InvalidParameter'); // prettier-ignore
    expect(codeOf(() => unflatten(new Map([['A.B', '1'], ['A', '2']]), []))).toBe('InvalidParameter'); // prettier-ignore
    expect(codeOf(() => unflatten(new Map([[Array.from({ length: 40 }, () => 'a').join('.'), '1']]), []))).toBe('InvalidParameter');
  });

  it('of any form make a value or are refused, and never touch a prototype', () => {
    const name = fc.array(fc.constantFrom('a', '0', '1', '__proto__', 'constructor', ''), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string())), (pairs) => {
        const code = codeOf(() => unflatten(new Map(pairs.map(([steps, value]) => [steps.join('.'), value])), []));
        expect(['none', 'InvalidParameter']).toContain(code);
        expect(Object.hasOwn(Object.prototype, 'a')).toBe(false);
      }),
    );
  });
});
