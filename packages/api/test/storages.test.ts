import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestApi } from './test-api.ts';
import type { TestApi } from './test-api.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 }); // a loaded machine takes its time for initdb

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => await api.close());

const secret = 'never-shown-0123456789';
const archive = { name: 'archive', preset: 'aws', region: 'eu-west-1', bucket: 'calls', accessKeyId: 'AKIA', secretAccessKey: secret };
const add = async (change: object = {}): Promise<Record<string, unknown>> => {
  const { status, body } = await api.call('POST', '/v1/storages', { ...archive, ...change });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
};

test('a storage is made, read, listed, changed and deleted, and its secrets are never shown', async () => {
  const key = `${'A'.repeat(43)}=`;
  const made = await add({ sessionToken: 'token-never-shown', encryption: { type: 'customer', key }, retentionDays: 30 });
  expect(made).toMatchObject({
    ...{ name: 'archive', endpoint: 'https://s3.eu-west-1.amazonaws.com', pathStyle: false, retentionDays: 30 },
    encryption: { type: 'customer', keyId: null },
  });
  const path = `/v1/storages/${String(made['id'])}`;
  const changed = await api.call('PATCH', path, { retentionDays: null, prefix: 'tapedeck/' });
  expect(changed.body).toMatchObject({ retentionDays: null, prefix: 'tapedeck/', encryption: { type: 'customer' } });
  const stored = await api.catalogue.storages.byName(api.application.id, 'archive');
  expect(stored?.value).toMatchObject({ secretAccessKey: secret, sessionToken: 'token-never-shown', encryption: { key } });
  const seen = [made, changed.body, (await api.call('GET', path)).body, (await api.call('GET', '/v1/storages')).body];
  for (const hidden of [secret, 'token-never-shown', key]) expect(JSON.stringify(seen)).not.toContain(hidden);
  expect((await api.call('DELETE', path)).status).toBe(204);
  expect((await api.call('GET', path)).body['code']).toBe('STORAGE_NOT_FOUND');
});

test('what cannot be is refused, by its field', async () => {
  await add({ name: 'taken' });
  const refused = async (change: object): Promise<unknown[]> => {
    const { status, body } = await api.call('POST', '/v1/storages', { ...archive, ...change });
    return [status, body['code'], body['field']];
  };
  expect(await refused({ name: 'taken' })).toEqual([409, 'STORAGE_NAME_TAKEN', 'name']);
  expect(await refused({ name: 'x', bucket: 'no/slash' })).toEqual([400, 'INVALID_REQUEST', 'bucket']);
  expect(await refused({ name: 'x', fallback: 'nowhere' })).toEqual([400, 'INVALID_REQUEST', 'fallback']);
  expect(await refused({ name: 'x', endpoint: 'http://10.0.0.1' })).toEqual([400, 'OUTGOING_ADDRESS', 'endpoint']);
  expect((await api.call('PATCH', '/v1/storages/stg_00000000000000000000000000', { retentionDays: 1 })).status).toBe(404);
});

test('a create that is repeated under its key makes one storage', async () => {
  const create = (change: object = {}) =>
    api.call('POST', '/v1/storages', { ...archive, name: 'repeated', ...change }, { 'idempotency-key': 'once' });
  const [first, second, other] = [await create(), await create(), await create({ bucket: 'another' })];
  expect([first.status, second.status, second.body['id']]).toEqual([201, 201, first.body['id']]);
  expect([other.status, other.body['code']]).toEqual([422, 'IDEMPOTENCY_CONFLICT']);
});

test('a recording names a storage of its own application', async () => {
  const unknown = await api.call('POST', '/v1/recordings', { room: 'r', storage: 'nowhere' });
  expect([unknown.status, unknown.body['field']]).toEqual([400, 'storage']);
  const other = await api.catalogue.applications.add('other', 'other-key', 'other-secret');
  const made = await add({ name: 'mine' });
  const authorization = `Basic ${Buffer.from(`${other.key}:${other.secret}`).toString('base64')}`;
  const asOther = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => api.call(method, path, body, { authorization });
  expect((await asOther('GET', `/v1/storages/${String(made['id'])}`)).status).toBe(404);
  expect((await asOther('DELETE', `/v1/storages/${String(made['id'])}`)).status).toBe(404);
  expect((await asOther('POST', '/v1/recordings', { room: 'r', storage: 'mine' })).status).toBe(400);
  const { status, body } = await api.call('POST', '/v1/recordings', { room: 'r', storage: 'mine', retentionDays: 7 });
  expect([status, body['delivery']]).toEqual([201, null]);
  expect((await api.call('DELETE', `/v1/storages/${String(made['id'])}`)).body).toMatchObject({ code: 'STORAGE_IN_USE' });
});

test('the live test tells what the storage said', async () => {
  const { id } = await add({ name: 'tested' });
  const { status, body } = await api.call('POST', `/v1/storages/${String(id)}/test`);
  expect([status, body]).toEqual([200, { ok: false, steps: [], error: { code: 'STORAGE_DENIED', fault: 'destination', detail: 'calls' } }]);
});

test('a playlist is sent whole, whatever its size was a moment ago, and not kept', async () => {
  await api.putFile('live/x.m3u8', Buffer.from('#EXTM3U\n'));
  const { status, headers, bytes } = await api.call('GET', api.signed('live/x.m3u8', undefined, 'folder'), undefined, {
    range: 'bytes=0-1',
  });
  expect([status, headers['cache-control'], headers['content-length'], bytes.toString()]).toEqual([
    200,
    'no-cache, no-transform',
    '8',
    '#EXTM3U\n',
  ]);
});
