import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VolcengineError } from '../errors.ts';
import { parseQuery, sha256Hex } from './canonical-request.ts';
import { type RawRequest, verifySignature } from './verify-signature.ts';

const nowMs = Date.UTC(2024, 0, 2, 3, 4, 5);
const dateTime = '20240102T030405Z';
const scope = 'AKTEST/20240102/cn-north-1/rtc/request';
const owner = { secret: 'SKTEST', id: 'app_1' };
const findKey = async (key: string) => (key === 'AKTEST' ? owner : null);
const body = '{"AppId":"a","RoomId":"r","TaskId":"t"}';

const authorizationOf = (signedHeaders: string, signature: string, credential = scope): string =>
  `HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`;

const startRecord: RawRequest = {
  method: 'POST',
  path: '/',
  query: parseQuery('Action=StartRecord&Version=2023-11-01'),
  headers: {
    'x-date': dateTime,
    'x-content-sha256': 'caf4d7d67f35b090ff01a825fd0c11c6da3ddcee89e07cb2cbccff5fc6d82967',
    authorization: authorizationOf('x-content-sha256;x-date', 'dfae23b3526622c07605147ba922a62c756001f3c170f8c88ca3c290ba1dc56f'),
  },
  body: Buffer.from(body),
};

const verify = async (request: RawRequest, atMs = nowMs): Promise<string> => {
  try {
    const found = await verifySignature(request, findKey, atMs);
    return `${found.owner.id} ${found.scope.service}`;
  } catch (error) {
    if (!(error instanceof VolcengineError)) throw error;
    return `${error.status} ${error.codeN ?? '-'} ${error.code}`;
  }
};

describe('signatures that the vendor’s own SDK made', () => {
  it('hashes the body as the SDK does', () => expect(sha256Hex(body)).toBe(startRecord.headers['x-content-sha256']));
  it('takes a POST with a body', async () => expect(await verify(startRecord)).toBe('app_1 rtc'));

  it.each(["r%20%E6%88%BF(1)*!'", 'r%20%E6%88%BF%281%29%2A%21%27', "r+%E6%88%BF(1)*!'"])('takes a GET with RoomId=%s', async (room) => {
    const request: RawRequest = {
      ...{ method: 'GET', path: '/', body: new Uint8Array() },
      query: parseQuery(`Version=2023-11-01&Action=GetRecordTask&AppId=a&TaskId=t&RoomId=${room}`),
      headers: {
        'x-date': dateTime,
        authorization: authorizationOf('x-date', '3d389c7f19148da14d0234597750abd5babc7b37bbd1dc1f4bc51b236d735b13'),
      },
    };
    expect(await verify(request)).toBe('app_1 rtc');
  });

  it('takes the form with everything in the query', async () => {
    const query = `Action=GetRecordTask&Version=2023-11-01&AppId=a&X-Date=${dateTime}&X-NotSignBody=&X-Credential=${encodeURIComponent(scope)}&X-Algorithm=HMAC-SHA256&X-SignedHeaders=&X-SignedQueries=Action%3BAppId&X-Signature=e06b8661538435e05e322907798f14ed3ffe2a069616819275b3870bd5dceec8`;
    const request: RawRequest = { method: 'GET', path: '/', query: parseQuery(query), headers: {}, body: new Uint8Array() };
    expect(await verify(request)).toBe('app_1 rtc');
    expect(await verify({ ...request, query: [...request.query, ['RoomId', 'other']] })).toBe('401 100010 SignatureDoesNotMatch');
    expect(await verify({ ...request, method: 'POST', body: Buffer.from('{}') })).toBe('401 100010 SignatureDoesNotMatch');
  });

  it('takes other signed headers, a host with its port, and X-Expires', async () => {
    const query = 'Action=StopRecord&Version=2023-11-01&X-Expires=60';
    const headers = { 'content-type': 'application/json;  charset=utf-8', host: 'rtc.example:443', 'x-date': dateTime };
    const canonical = [
      'POST\n/\nAction=StopRecord&Version=2023-11-01&X-Expires=60',
      'content-type:application/json; charset=utf-8\nhost:rtc.example\nx-date:20240102T030405Z\n',
      'content-type;host;x-date',
      createHash('sha256').update(body).digest('hex'),
    ].join('\n');
    const text = `HMAC-SHA256\n${dateTime}\n20240102/cn-north-1/rtc/request\n${createHash('sha256').update(canonical).digest('hex')}`;
    const key = ['20240102', 'cn-north-1', 'rtc', 'request', text].reduce<string | Buffer>(
      (secret, part) => createHmac('sha256', secret).update(part).digest(),
      'SKTEST',
    );
    const authorization = authorizationOf('content-type;host;x-date', Buffer.from(key).toString('hex'));
    const request: RawRequest = {
      ...{ method: 'POST', path: '/', query: parseQuery(query) },
      headers: { ...headers, authorization },
      body: Buffer.from(body),
    };
    expect(await verify(request)).toBe('app_1 rtc');
    expect(await verify(request, nowMs + 60_000)).toBe('app_1 rtc');
    expect(await verify(request, nowMs + 61_000)).toBe('400 100006 InvalidTimestamp');
  });
});

describe('what is wrong', () => {
  const header = (name: string, value: string | undefined): RawRequest => ({
    ...startRecord,
    headers: { ...startRecord.headers, [name]: value },
  });
  const authorization = startRecord.headers['authorization'] as string;

  it.each([
    ['an altered body', { ...startRecord, body: Buffer.from(`${body} `) }, '401 100010 SignatureDoesNotMatch'],
    [
      'another hash beside the old body',
      { ...header('x-content-sha256', sha256Hex('other')), body: Buffer.from('other') },
      '401 100010 SignatureDoesNotMatch',
    ],
    ['another action', { ...startRecord, query: parseQuery('Action=StopRecord&Version=2023-11-01') }, '401 100010 SignatureDoesNotMatch'],
    ['another key', header('authorization', authorization.replace('AKTEST', 'AKOTHER')), '401 100009 InvalidAccessKey'],
    ['no authorization', header('authorization', undefined), '401 100003 MissingAuthenticationToken'],
    ['no signature', header('authorization', authorization.replace(/, Signature=.*$/, '')), '401 100005 MissingSignature'],
    ['another scheme', header('authorization', 'Basic YTpi'), '400 - InvalidAuthorization'],
    ['no credential', header('authorization', authorization.replace(/Credential=[^,]*, /, '')), '400 - InvalidAuthorization'],
    ['a short credential', header('authorization', authorization.replace('/rtc/request', '')), '400 - InvalidCredential'],
    ['another date in the scope', header('authorization', authorization.replace('20240102/', '20240103/')), '400 - InvalidCredential'],
    ['x-date not signed', header('authorization', authorization.replace(';x-date', '')), '400 - InvalidAuthorization'],
    ['no X-Date', header('x-date', undefined), '400 100004 MissingRequestInfo'],
    ['a security token', header('x-security-token', 'sts'), '401 - InvalidSecretToken'],
  ])('%s', async (_name, request, answer) => expect(await verify(request)).toBe(answer));

  it('an X-Date that is none', async () => {
    const request = header('x-date', '20240102 030405');
    expect(await verify(request)).toBe('400 100006 InvalidTimestamp');
  });

  it.each([
    [900, 'app_1 rtc'],
    [901, '400 100006 InvalidTimestamp'],
    [-900, 'app_1 rtc'],
    [-901, '400 100006 InvalidTimestamp'],
  ])('a clock that is %i s off', async (seconds, answer) => expect(await verify(startRecord, nowMs + seconds * 1000)).toBe(answer));

  it('never throws anything but a refusal', async () => {
    const texts = fc.dictionary(
      fc.constantFrom('authorization', 'x-date', 'host', 'x-content-sha256'),
      fc.oneof(fc.string(), fc.constant(authorization)),
    );
    await fc.assert(
      fc.asyncProperty(texts, fc.string(), fc.uint8Array(), async (headers, query, bytes) => {
        const answer = await verify({ method: 'POST', path: '/', query: parseQuery(query), headers, body: bytes });
        expect(answer).toMatch(/^4\d\d /);
      }),
    );
  });
});
