import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildApi } from '../src/index.ts';
import { basic, startTestApi } from './test-api.ts';
import type { TestApi } from './test-api.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 }); // a loaded machine takes its time for initdb

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => await api.close());

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const nowS = (): number => Math.floor(Date.now() / 1000);

/** A LiveKit access token, made by hand so that it can be made wrong. */
function token(claims: object, secret = api.application.secret, header: object = { alg: 'HS256', typ: 'JWT' }): string {
  const text = `${part(header)}.${part({ iss: api.application.key, exp: nowS() + 60, ...claims })}`;
  return `Bearer ${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
const as = (authorization: string, method: 'GET' | 'POST', url: string, body?: object) => api.call(method, url, body, { authorization });
const record = { video: { roomRecord: true } };

describe('key pair', () => {
  test.each([
    ['no header', ''],
    ['another secret', basic('test-key', 'wrong')],
    ['a secret cut short', basic('test-key', 'test-secret: with a colo')],
    ['another key', basic('other', 'test-secret: with a colon')],
    ['no colon', `Basic ${Buffer.from('test-key').toString('base64')}`],
    ['nothing in it', 'Basic'],
    ['another scheme', 'Digest x'],
    ['a key with NUL', basic('test-key\0', 'x')],
    ['not base64', 'Basic ???'],
  ])('%s is 401', async (_what, authorization) => {
    const { status, body, headers } = await as(authorization, 'GET', '/v1/recordings');
    expect([status, body['code']]).toEqual([401, 'UNAUTHENTICATED']);
    expect(headers['www-authenticate']).toBe('Bearer realm="tapedeck"');
    expect(JSON.stringify(body)).not.toContain('test-secret');
  });

  test('credentials are looked at before the body', async () => {
    const { status } = await api.call('POST', '/v1/recordings', '{', { authorization: basic('a', 'b') });
    expect(status).toBe(401);
  });
});

describe('LiveKit token', () => {
  test('with video.roomRecord records every room', async () => {
    expect((await as(token(record), 'POST', '/v1/recordings', { room: 'any' })).status).toBe(201);
  });

  test('with a room is narrowed to it', async () => {
    const narrow = token({ video: { roomRecord: true, room: 'mine' } });
    const other = await as(api.authorization, 'POST', '/v1/recordings', { room: 'other' });
    const mine = await as(narrow, 'POST', '/v1/recordings', { room: 'mine' });
    expect(mine.status).toBe(201);
    expect((await as(narrow, 'POST', '/v1/recordings', { room: 'other' })).body['code']).toBe('FORBIDDEN');
    expect((await as(narrow, 'GET', `/v1/recordings/${other.body['id']}`)).body['code']).toBe('RECORDING_NOT_FOUND');
    expect((await as(narrow, 'POST', `/v1/recordings/${other.body['id']}/stop`)).body['code']).toBe('RECORDING_NOT_FOUND');
    expect((await as(narrow, 'GET', '/v1/recordings')).body['items'].map((item: { id: string }) => item.id)).toEqual([mine.body['id']]);
    expect((await as(narrow, 'GET', '/v1/recordings?room=other')).status).toBe(403);
    const narrowA = token({ video: { roomRecord: true, room: 'a' } });
    expect((await as(narrowA, 'GET', '/v1/rooms')).body['items'].map((room: { name: string }) => room.name)).toEqual(['a']);
  });

  test('makes no tokens: only the key pair does', async () => {
    const request = { room: 'r', identity: 'i' };
    expect((await as(token(record), 'POST', '/v1/tokens', request)).body['code']).toBe('FORBIDDEN');
    const made = await as(api.authorization, 'POST', '/v1/tokens', request);
    expect([made.status, made.body['url']]).toEqual([201, 'ws://localhost:80']);
    expect(JSON.parse(made.body['token'])).toEqual({ room: 'r', identity: 'i', name: '', canPublish: true, ttlS: 21_600 });
  });

  test('without video.roomRecord is 403', async () => {
    for (const video of [{}, { roomJoin: true, room: 'x' }, { roomRecord: 'true' }, undefined])
      expect((await as(token({ video }), 'GET', '/v1/recordings')).body['code']).toBe('FORBIDDEN');
  });

  test.each<[string, () => string]>([
    ['another secret', () => token(record, 'wrong')],
    ['expired', () => token({ ...record, exp: nowS() - 60 })],
    ['no expiry', () => token({ ...record, exp: undefined })],
    ['not yet', () => token({ ...record, nbf: nowS() + 60 })],
    ['another key', () => token({ ...record, iss: 'other' })],
    ['no key', () => token({ ...record, iss: undefined })],
    ['alg none', () => token(record, api.application.secret, { alg: 'none' })],
    ['alg none without signature', () => token(record, '', { alg: 'none' }).replace(/[^.]*$/, '')],
    ['changed claims', () => token({}).replace(/\.[^.]*\./, `.${part({ iss: api.application.key, exp: nowS() + 60, ...record })}.`)],
    ['four parts', () => `${token(record)}.x`],
    ['no token', () => 'Bearer x'],
    ['JSON null', () => `Bearer ${['null', 'null'].map((text) => Buffer.from(text).toString('base64url')).join('.')}.x`],
  ])('%s is 401', async (_what, make) => {
    expect((await as(make(), 'GET', '/v1/recordings')).body['code']).toBe('UNAUTHENTICATED');
  });
});

describe('open to all', () => {
  test.each(['/healthz', '/readyz', '/metrics', '/v1/openapi.json'])('%s answers without credentials, HEAD too', async (url) => {
    expect((await api.call('GET', url, undefined, { authorization: '' })).status).toBe(200);
    const head = await api.call('HEAD', url, undefined, { authorization: '' });
    expect([head.status, head.bytes.length]).toEqual([200, 0]);
  });

  test('readyz says what is missing', async () => {
    const app = await buildApi(api.options({ readiness: async () => ({ livekit: 'not started', disk: 'ok' }) }));
    const answer = await app.inject('/readyz');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toEqual({ status: 'unavailable', checks: { catalogue: 'ok', livekit: 'not started', disk: 'ok' } });
    await app.close();
  });

  test('every answer carries a request id of its own', async () => {
    const ids = [await api.call('GET', '/healthz'), await api.call('GET', '/nothing')].map(({ headers }) => headers['x-request-id']);
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]).toMatch(/^req_[0-9a-f]{24}$/);
  });
});

test('the OpenAPI document describes every route and nothing of the register hook', async () => {
  const app = await buildApi(api.options({ register: async (scope) => void scope.get('/console', async () => 'hello') }));
  expect((await app.inject('/console')).body).toBe('hello');
  const document = (await app.inject('/v1/openapi.json')).json();
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths).toSorted()).toEqual([
    '/files/{*}',
    '/healthz',
    '/metrics',
    '/readyz',
    '/v1/application',
    '/v1/events',
    '/v1/keys',
    '/v1/keys/{key}',
    '/v1/recordings',
    '/v1/recordings/{id}',
    '/v1/recordings/{id}/archive',
    '/v1/recordings/{id}/events',
    '/v1/recordings/{id}/files',
    '/v1/recordings/{id}/files/{file}',
    '/v1/recordings/{id}/pause',
    '/v1/recordings/{id}/renders',
    '/v1/recordings/{id}/renders/{renderId}',
    '/v1/recordings/{id}/resume',
    '/v1/recordings/{id}/stop',
    '/v1/rooms',
    '/v1/storages',
    '/v1/storages/{id}',
    '/v1/storages/{id}/test',
    '/v1/templates',
    '/v1/templates/{id}',
    '/v1/tokens',
    '/v1/usage',
    '/v1/webhooks',
    '/v1/webhooks/{id}',
    '/v1/webhooks/{id}/deliveries',
    '/v1/webhooks/{id}/deliveries/{delivery}/replay',
    '/v1/webhooks/{id}/replay',
    '/v1/webhooks/{id}/rotate-secret',
  ]);
  const body = document.paths['/v1/recordings'].post.requestBody.content['application/json'].schema;
  expect(body.required).toEqual(['room']);
  expect(body.properties.idleTimeoutS).toMatchObject({ type: 'integer', minimum: 1, maximum: 86_400, default: 30 });
  expect(Object.keys(document.paths['/readyz'].get.responses)).toEqual(['200', '503']);
  const { responses } = document.paths['/v1/recordings'].post;
  for (const status of ['4XX', '5XX']) expect(Object.keys(responses[status].content)).toEqual(['application/problem+json']);
  await app.close();
});
