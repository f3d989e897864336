import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { basic, startTestApi } from './test-api.ts';
import type { TestApi } from './test-api.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 }); // a loaded machine takes its time for initdb

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => await api.close());

function token(key: string, secret: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256' })}.${part({ iss: key, exp: Date.now() / 1000 + 60, video: { roomRecord: true } })}`;
  return `Bearer ${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

describe('keys', () => {
  test('a further pair opens what the primary one opens, as key and as token, until it is revoked', async () => {
    const made = await api.call('POST', '/v1/keys', { name: 'backend' });
    const { secret, ...shown } = made.body;
    expect(made.status).toBe(201);
    expect(shown).toEqual({ key: shown['key'], name: 'backend', isPrimary: false, createdAt: shown['createdAt'], lastUsedAt: null });
    const { body: recording } = await api.call('POST', '/v1/recordings', { room: 'keys' });
    for (const authorization of [basic(shown['key'], secret), token(shown['key'], secret)])
      expect((await api.call('GET', `/v1/recordings/${recording['id']}`, undefined, { authorization })).status).toBe(200);
    expect((await api.call('GET', '/v1/recordings', undefined, { authorization: basic(shown['key'], `${secret}x`) })).status).toBe(401);
    const listed = (await api.call('GET', '/v1/keys')).body['items'];
    expect(listed.map((item: { key: string; isPrimary: boolean }) => [item.key, item.isPrimary])).toEqual([
      ['test-key', true],
      [shown['key'], false],
    ]);
    expect(listed[1].lastUsedAt).toMatch(/^\d{4}-/);
    expect(JSON.stringify(listed)).not.toContain(secret);
    expect((await api.call('DELETE', `/v1/keys/${shown['key']}`)).status).toBe(204);
    for (const authorization of [basic(shown['key'], secret), token(shown['key'], secret)])
      expect((await api.call('GET', '/v1/recordings', undefined, { authorization })).status).toBe(401);
    expect((await api.call('DELETE', `/v1/keys/${shown['key']}`)).body['code']).toBe('KEY_NOT_FOUND');
  });

  test('the primary pair stays; another application sees none of them', async () => {
    expect((await api.call('DELETE', '/v1/keys/test-key')).body['code']).toBe('KEY_PRIMARY');
    const other = await api.catalogue.applications.add('other', 'other-key', 'other-secret');
    const headers = { authorization: basic(other.key, other.secret) };
    const { body } = await api.call('POST', '/v1/keys', { name: 'mine' });
    expect((await api.call('DELETE', `/v1/keys/${body['key']}`, undefined, headers)).status).toBe(404);
    expect((await api.call('GET', '/v1/keys', undefined, headers)).body['items']).toHaveLength(1);
  });

  test('are made once for one idempotency key, and by no token', async () => {
    const send = (name: string) => api.call('POST', '/v1/keys', { name }, { 'idempotency-key': 'k' });
    const [one, two] = await Promise.all([send('once'), send('once')]);
    expect(one.body).toEqual(two.body);
    expect((await send('twice')).body['code']).toBe('IDEMPOTENCY_CONFLICT');
    const authorization = token('test-key', api.application.secret);
    for (const [method, path, body] of [
      ['POST', '/v1/keys', { name: 'x' }],
      ['GET', '/v1/keys', undefined],
      ['GET', '/v1/application', undefined],
      ['GET', '/v1/usage', undefined],
      ['POST', '/v1/webhooks', { url: 'https://example.com' }],
    ] as const)
      expect((await api.call(method, path, body, { authorization })).body['code']).toBe('FORBIDDEN');
  });

  test.each([[{}], [{ name: '' }], [{ name: 'x', secret: 'mine' }]])('refuses %j', async (body) => {
    expect((await api.call('POST', '/v1/keys', body)).status).toBe(400);
  });
});

describe('usage', () => {
  test('is nothing where nothing was recorded, of days and instants alike', async () => {
    const { status, body } = await api.call('GET', '/v1/usage?from=2026-01-01&to=2026-02-01T00:00:00%2B01:00&groupBy=month');
    expect([status, body]).toEqual([
      200,
      {
        ...{ application: api.application.id, from: '2026-01-01T00:00:00.000Z', to: '2026-01-31T23:00:00.000Z', groupBy: 'month' },
        ...{ items: [], total: { recordings: 0, seconds: 0, minutes: 0 } },
      },
    ]);
  });

  test.each([
    ['from=yesterday', 'from'],
    ['from=2026-02-02&to=2026-02-01', 'from'],
    ['from=2020-01-01', 'from'],
    ['groupBy=week', 'groupBy'],
    ['day=2026-01-01', 'day'],
  ])('refuses %s', async (query, field) => {
    const answer = await api.call('GET', `/v1/usage?${query}`);
    expect([answer.status, answer.body['field']]).toEqual([400, field]);
  });
});

describe('the application', () => {
  test('keeps what the dialects need; secrets are sealed and never shown', async () => {
    const before = (await api.call('GET', '/v1/application')).body;
    expect(before).toEqual({
      ...{ id: api.application.id, name: 'default', autoRecord: null },
      tencent: { sdkAppIds: [], callbackUrl: null, callbackKey: null, userSigKey: null, bizId: null },
      volcengine: { appIds: [], callbackUrl: null, callbackKey: null, callbackEvents: null },
    });
    const tencent = {
      sdkAppIds: [1_400_000_001],
      callbackUrl: 'https://example.com/trtc',
      callbackKey: 'cb-secret',
      userSigKey: 'sig-secret',
      bizId: 7,
    };
    const patched = await api.call('PATCH', '/v1/application', { name: 'calls', tencent, volcengine: { appIds: ['5f1e'] } });
    expect(patched.body).toMatchObject({
      name: 'calls',
      tencent: { ...tencent, callbackKey: '********', userSigKey: '********' },
      volcengine: { appIds: ['5f1e'], callbackKey: null },
    });
    expect((await api.catalogue.applications.settings(api.application.id)).tencent).toEqual(tencent);
    // What was read can be sent back, and what is named alone changes.
    const { id: _id, ...back } = patched.body;
    await api.call('PATCH', '/v1/application', { ...back, tencent: { ...back['tencent'], bizId: null } });
    expect((await api.catalogue.applications.settings(api.application.id)).tencent).toEqual({ ...tencent, bizId: null });
    await api.call('PATCH', '/v1/application', { tencent: { callbackKey: null } });
    expect((await api.catalogue.applications.settings(api.application.id)).tencent).toMatchObject({
      callbackKey: null,
      userSigKey: 'sig-secret',
    });
  });

  test('autoRecord is a template that every room matches', async () => {
    const recording = { outputs: [{ type: 'individual' }] };
    const { body } = await api.call('PATCH', '/v1/application', { autoRecord: { recording } });
    expect(body['autoRecord']).toMatchObject({
      enabled: true,
      match: { rooms: ['*'] },
      recording: { outputs: [{ type: 'individual', merge: true }] },
    });
    const automatic = (await api.catalogue.templates.automatic()).filter(({ applicationId }) => applicationId === api.application.id);
    expect(automatic.map(({ name }) => name)).toEqual(['auto-record']);
    const volcengine = { appId: 'app1', businessId: 'biz1' };
    const asTask = await api.call('PATCH', '/v1/application', { autoRecord: { volcengine } });
    expect(asTask.body['autoRecord']).toMatchObject({ volcengine });
    await api.call('PATCH', '/v1/application', { autoRecord: { enabled: false, match: { rooms: ['vip-*'] } } });
    expect((await api.catalogue.templates.byName(api.application.id, 'auto-record'))?.match?.rooms).toEqual(['vip-*']);
    expect(await api.catalogue.templates.automatic()).toEqual([]);
    expect((await api.call('PATCH', '/v1/application', { autoRecord: null })).body['autoRecord']).toBeNull();
    expect(await api.catalogue.templates.byName(api.application.id, 'auto-record')).toBeNull();
  });

  test('is left alone by a change of which a part is refused', async () => {
    const before = (await api.call('GET', '/v1/application')).body;
    const change = { name: 'half', autoRecord: { recording: { storage: 'nowhere' } } };
    const { status, body } = await api.call('PATCH', '/v1/application', change);
    expect([status, body['field']]).toEqual([400, 'autoRecord.recording.storage']);
    expect((await api.call('GET', '/v1/application')).body).toEqual(before);
  });

  test.each([
    [{}, ''],
    [{ name: '' }, 'name'],
    [{ tencent: { sdkAppIds: [0] } }, 'tencent.sdkAppIds[0]'],
    [{ tencent: { callbackUrl: 'ftp://x.example' } }, 'tencent.callbackUrl'],
    [{ volcengine: { appIds: ['a b'] } }, 'volcengine.appIds[0]'],
    [{ volcengine: { bizId: 1 } }, 'volcengine.bizId'],
    [{ autoRecord: { recording: { idleTimeoutS: 0 } } }, 'autoRecord.recording.idleTimeoutS'],
    [{ autoRecord: { volcengine: { appId: '' } } }, 'autoRecord.volcengine.appId'],
    [{ key: 'mine' }, 'key'],
  ])('refuses %j', async (body, field) => {
    const answer = await api.call('PATCH', '/v1/application', body);
    expect([answer.status, answer.body['field'] ?? '']).toEqual([400, field]);
  });
});
