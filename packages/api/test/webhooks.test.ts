import { createOutgoingGuard } from '@tapedeck/delivery';
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

const url = 'https://example.com/hook';

describe('webhooks', () => {
  test('are made with a secret that is shown once, listed, changed and deleted', async () => {
    const made = await api.call('POST', '/v1/webhooks', { url });
    expect([made.status, made.headers['location']]).toEqual([201, `/v1/webhooks/${made.body['id']}`]);
    const { secret, ...shown } = made.body;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(shown).toMatchObject({ url, events: ['*'], enabled: true, description: '', disabledReason: null, previousSecretUntil: null });
    const path = `/v1/webhooks/${made.body['id']}`;
    expect((await api.call('GET', path)).body).toEqual(shown);
    expect((await api.call('GET', '/v1/webhooks')).body['items']).toEqual([shown]);
    const change = { events: ['file.ready', 'participant.*'], enabled: false, description: 'billing' };
    expect((await api.call('PATCH', path, change)).body).toEqual({ ...shown, ...change });
    expect(JSON.stringify((await api.call('GET', '/v1/webhooks')).body)).not.toContain('whsec_');
    expect((await api.call('DELETE', path)).status).toBe(204);
    expect((await api.call('GET', path)).body['code']).toBe('WEBHOOK_NOT_FOUND');
    expect((await api.call('DELETE', path)).status).toBe(404);
  });

  test('get a new secret, the old one good for the overlap', async () => {
    const { body } = await api.call('POST', '/v1/webhooks', { url });
    const rotated = await api.call('POST', `/v1/webhooks/${body['id']}/rotate-secret`, { overlapS: 60 });
    expect(rotated.body['secret']).not.toBe(body['secret']);
    expect(Date.parse(rotated.body['previousSecretUntil']) - Date.now()).toBeLessThanOrEqual(60_000);
    const atOnce = await api.call('POST', `/v1/webhooks/${body['id']}/rotate-secret`, { overlapS: 0 });
    expect(atOnce.body['previousSecretUntil']).toBeNull();
    const tooLong = await api.call('POST', `/v1/webhooks/${body['id']}/rotate-secret`, { overlapS: 604_801 });
    expect([tooLong.status, tooLong.body['field']]).toEqual([400, 'overlapS']);
    expect((await api.call('POST', `/v1/webhooks/${body['id']}/rotate-secret`)).status).toBe(200);
  });

  test('are made once for one idempotency key', async () => {
    const send = (body: object) => api.call('POST', '/v1/webhooks', body, { 'idempotency-key': 'hook' });
    const answers = await Promise.all([send({ url }), send({ url }), send({ url })]);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect((await send({ url: `${url}2` })).body['code']).toBe('IDEMPOTENCY_CONFLICT');
  });

  test.each([
    [{}, 'url'],
    [{ url: 'ftp://example.com' }, 'url'],
    [{ url: 'example.com/hook' }, 'url'],
    [{ url: 'https://user:pass@example.com' }, 'url'],
    [{ url: 'https://example.com/#x' }, 'url'],
    [{ url, events: [] }, 'events'],
    [{ url, events: ['recording.*', 'recording.*'] }, 'events'],
    [{ url, events: ['recording.exploded'] }, 'events[0]'],
    [{ url, enabled: 'yes' }, 'enabled'],
    [{ url, secret: 'mine' }, 'secret'],
  ])('are refused: %j', async (body, field) => {
    const answer = await api.call('POST', '/v1/webhooks', body);
    expect([answer.status, answer.body['code'], answer.body['field']]).toEqual([400, 'INVALID_REQUEST', field]);
  });

  test('into a network that is closed are refused before anything is kept', async () => {
    const outgoing = createOutgoingGuard([]);
    const app = await buildApi(api.options({ outgoing }));
    const headers = { authorization: api.authorization, 'content-type': 'application/json' };
    const before = (await api.call('GET', '/v1/webhooks')).body['items'];
    const payload = JSON.stringify({ url: 'http://127.0.0.1/hook' });
    const answer = await app.inject({ method: 'POST', url: '/v1/webhooks', headers, payload });
    expect(answer.json()).toMatchObject({ status: 400, code: 'OUTGOING_ADDRESS', field: 'url' });
    const dialect = JSON.stringify({ volcengine: { callbackUrl: 'http://10.0.0.1/hook' } });
    const patched = await app.inject({ method: 'PATCH', url: '/v1/application', headers, payload: dialect });
    expect(patched.json()).toMatchObject({ status: 400, code: 'OUTGOING_ADDRESS', field: 'volcengine.callbackUrl' });
    outgoing.close();
    expect((await api.call('GET', '/v1/webhooks')).body['items']).toEqual(before);
    await app.close();
  });

  test('of another application are not there', async () => {
    const other = await api.catalogue.applications.add('other', 'other-key', 'other-secret');
    const { body } = await api.call('POST', '/v1/webhooks', { url });
    const headers = { authorization: basic(other.key, other.secret) };
    const id = body['id'];
    expect((await api.call('GET', '/v1/webhooks', undefined, headers)).body['items']).toEqual([]);
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['GET', '/deliveries'],
      ['POST', '/rotate-secret'],
    ] as const)
      expect((await api.call(method, `/v1/webhooks/${id}${path}`, undefined, headers)).body['code']).toBe('WEBHOOK_NOT_FOUND');
  });

  test('are no more than fifty', async () => {
    const other = await api.catalogue.applications.add('many', 'many-key', 'many-secret');
    const headers = { authorization: basic(other.key, other.secret) };
    for (let index = 0; index < 50; index++) await api.call('POST', '/v1/webhooks', { url }, headers);
    const answer = await api.call('POST', '/v1/webhooks', { url }, headers);
    expect([answer.status, answer.body['code']]).toEqual([409, 'WEBHOOK_LIMIT']);
  });
});

describe('the delivery log', () => {
  test('pages through what waits, newest first, and takes replays', async () => {
    const { body } = await api.call('POST', '/v1/webhooks', { url, events: ['recording.state_changed'] });
    const path = `/v1/webhooks/${body['id']}`;
    const id = await api.recorded('logged');
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const page = (await api.call('GET', `${path}/deliveries?recording=${id}&state=pending&limit=4${cursor}`)).body;
      seen.push(...page['items'].map((item: { id: string }) => item.id));
      if (page['nextCursor'] === null) break;
      cursor = `&cursor=${page['nextCursor']}`;
    }
    expect(seen.length).toBe(6); // starting, recording, stopping, rendering, delivering, completed
    const [newest] = (await api.call('GET', `${path}/deliveries?limit=1`)).body['items'];
    expect(newest).toMatchObject({ type: 'recording.state_changed', recordingId: id, state: 'pending', attempts: 0, status: null });
    expect((await api.call('POST', `${path}/deliveries/${newest.id}/replay`)).status).toBe(202);
    expect((await api.call('POST', `${path}/deliveries/dlv_nothing/replay`)).body['code']).toBe('DELIVERY_NOT_FOUND');
    const replayed = await api.call('POST', `${path}/replay`, { from: '2020-01-01T00:00:00Z', recording: id });
    expect([replayed.status, replayed.body]).toEqual([202, { queued: 6 }]);
    const none = await api.call('POST', `${path}/replay`, { from: '2020-02-29T00:00:00Z', to: '2020-03-01T00:00:00+14:00' });
    expect([none.status, none.body]).toEqual([202, { queued: 0 }]);
    const odd = await api.call('POST', `${path}/replay`, { from: '2020-02-30T00:00:00Z' });
    expect([odd.status, odd.body['field']]).toEqual([400, 'from']);
  });

  test.each([
    ['state=lost', 'state'],
    ['limit=0', 'limit'],
    ['cursor=x', 'cursor'],
    ['recording=x', 'recording'],
    ['page=2', 'page'],
  ])('refuses %s', async (query, field) => {
    const { body } = await api.call('POST', '/v1/webhooks', { url });
    const answer = await api.call('GET', `/v1/webhooks/${body['id']}/deliveries?${query}`);
    expect([answer.status, answer.body['field']]).toEqual([400, field]);
  });

  test.each([
    [{}, 'from'],
    [{ from: 'yesterday' }, 'from'],
    [{ from: '2026-01-01T00:00:00Z', state: 'delivered' }, 'state'],
  ])('refuses the replay %j', async (range, field) => {
    const { body } = await api.call('POST', '/v1/webhooks', { url });
    const answer = await api.call('POST', `/v1/webhooks/${body['id']}/replay`, range);
    expect([answer.status, answer.body['field']]).toEqual([400, field]);
  });
});
