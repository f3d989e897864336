import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { basic, startTestApi } from './test-api.ts';
import type { TestApi } from './test-api.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 }); // a loaded machine takes its time for initdb

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => await api.close());

const post = (body: unknown, headers: Record<string, string> = {}) => api.call('POST', '/v1/templates', body, headers);
const record = (body: unknown, headers: Record<string, string> = {}) => api.call('POST', '/v1/recordings', body, headers);

describe('templates', () => {
  test('are made with their own defaults, and keep what the recording part says and no more', async () => {
    const recording = { idleTimeoutS: 60, outputs: [{ type: 'composite', video: { width: 640, height: 360 } }] };
    const { status, headers, body } = await post({ name: 'support', match: { rooms: ['support-*'] }, recording });
    expect(status).toBe(201);
    expect(headers['location']).toBe(`/v1/templates/${body['id']}`);
    expect(body).toMatchObject({
      name: 'support',
      match: { rooms: ['support-*'], exceptRooms: [] },
      autoStart: { on: 'first-media' },
      enabled: true,
    });
    expect(Object.keys(body['recording']).toSorted()).toEqual(['idleTimeoutS', 'outputs']);
    expect(body['recording'].outputs[0].video).toEqual({ width: 640, height: 360, fps: 15, bitrateKbps: 1500, gopS: 2 });
    expect((await api.call('GET', `/v1/templates/${body['id']}`)).body).toEqual(body);
    expect((await api.call('GET', '/v1/templates')).body['items']).toContainEqual(body);
  });

  test('are changed in part, each property as a whole, and deleted', async () => {
    const { body } = await post({ name: 'to change', match: { rooms: ['a'] }, recording: { sliceS: 60, idleTimeoutS: 9 } });
    const address = `/v1/templates/${body['id']}`;
    const changed = await api.call('PATCH', address, { recording: { sliceS: 120 }, enabled: false, autoStart: null });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      name: 'to change',
      recording: { sliceS: 120 },
      enabled: false,
      autoStart: null,
      match: { rooms: ['a'] },
    });
    expect(changed.body['recording']).toEqual({ sliceS: 120 });
    expect(Date.parse(changed.body['updatedAt'])).toBeGreaterThanOrEqual(Date.parse(body['updatedAt']));
    expect((await api.call('DELETE', address)).status).toBe(204);
    for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
      const gone = await api.call(method, address, method === 'PATCH' ? { enabled: true } : undefined);
      expect([gone.status, gone.body['code']]).toEqual([404, 'TEMPLATE_NOT_FOUND']);
    }
  });

  test('have names of their own', async () => {
    await post({ name: 'taken' });
    const again = await post({ name: 'taken' });
    expect([again.status, again.body['code'], again.body['field']]).toEqual([409, 'TEMPLATE_NAME_TAKEN', 'name']);
    const { body: other } = await post({ name: 'free' });
    expect((await api.call('PATCH', `/v1/templates/${other['id']}`, { name: 'taken' })).body['code']).toBe('TEMPLATE_NAME_TAKEN');
  });

  test.each([
    [{}, 'name'],
    [{ name: '' }, 'name'],
    [{ name: 'x'.repeat(101) }, 'name'],
    [{ name: 'x', match: { rooms: [] } }, 'match.rooms'],
    [{ name: 'x', match: { rooms: [''] } }, 'match.rooms[0]'],
    [{ name: 'x', match: { room: 'a' } }, 'match.room'],
    [{ name: 'x', match: 'support-*' }, 'match'],
    [{ name: 'x', autoStart: { on: 'join' } }, 'autoStart.on'],
    [{ name: 'x', enabled: 'yes' }, 'enabled'],
    [{ name: 'x', recording: null }, 'recording'],
    [{ name: 'x', recording: { room: 'a' } }, 'recording.room'],
    [{ name: 'x', recording: { template: 'a' } }, 'recording.template'],
    [{ name: 'x', recording: { colour: 1 } }, 'recording.colour'],
    [{ name: 'x', recording: { outputs: [{ type: 'composite', video: { fps: 61 } }] } }, 'recording.outputs[0].video.fps'],
    [{ name: 'x', recording: { outputs: [{ type: 'composite', video: null, audio: null }] } }, 'recording.outputs[0]'],
    [{ name: 'x', recording: { prefix: '../up' } }, 'recording.prefix'],
    [{ name: 'x', recording: { storage: 'nowhere' } }, 'recording.storage'],
    [{ name: 'x', recording: { metadata: { a: 'x'.repeat(20_000) } } }, 'recording.metadata'],
    [{ name: 'x', matches: {} }, 'matches'],
  ])('refuse %j, naming the field', async (body, field) => {
    const answer = await post(body);
    expect([answer.status, answer.body['code'], answer.body['field']]).toEqual([400, 'INVALID_REQUEST', field]);
  });

  test('cannot be changed into nothing', async () => {
    const { body } = await post({ name: 'patched' });
    const address = `/v1/templates/${body['id']}`;
    expect((await api.call('PATCH', address, {})).status).toBe(400);
    expect((await api.call('PATCH', address, { recording: { fill: 'pink' } })).body['field']).toBe('recording.fill');
    expect((await api.call('GET', address)).body).toEqual(body);
  });

  test('made twice under one Idempotency-Key are one; another request under it is refused', async () => {
    const headers = { 'idempotency-key': 'tpl-once' };
    const [first, second] = await Promise.all([1, 2].map(() => post({ name: 'once', enabled: false }, headers)));
    expect([first?.status, second?.status]).toEqual([201, 201]);
    expect(second?.body).toEqual(first?.body);
    expect((await post({ name: 'twice' }, headers)).body['code']).toBe('IDEMPOTENCY_CONFLICT');
    expect((await record({ room: 'a' }, headers)).body['code']).toBe('IDEMPOTENCY_CONFLICT');
  });

  test("are nobody else's", async () => {
    const { body } = await post({ name: 'mine' });
    await api.catalogue.applications.add('other', 'other-key', 'other-secret');
    const authorization = basic('other-key', 'other-secret');
    expect((await api.call('GET', `/v1/templates/${body['id']}`, undefined, { authorization })).status).toBe(404);
    expect((await api.call('DELETE', `/v1/templates/${body['id']}`, undefined, { authorization })).status).toBe(404);
    expect((await api.call('GET', '/v1/templates', undefined, { authorization })).body['items']).toEqual([]);
    expect((await record({ room: 'a', template: 'mine' }, { authorization })).body['code']).toBe('TEMPLATE_NOT_FOUND');
    expect((await post({ name: 'mine' }, { authorization })).status).toBe(201);
  });
});

describe('a recording made from a template', () => {
  test('takes what it leaves out from there, and says which one it was', async () => {
    const outputs = [{ type: 'individual', formats: ['webm'] }];
    await post({ name: 'solo', recording: { outputs, metadata: { from: 'template' }, prefix: 'solo/' } });
    const { status, body } = await record({ room: 'one', template: 'solo', metadata: { from: 'request' } });
    expect(status).toBe(201);
    expect(body).toMatchObject({ room: 'one', template: 'solo', isAutomatic: false, metadata: { from: 'request' } });
    expect(body['outputs']).toMatchObject([{ type: 'individual', formats: ['webm'], merge: true }]);
    expect((await record({ room: 'one' })).body).toMatchObject({ template: null, isAutomatic: false });
  });

  test('stays as it was asked for when the template is changed or deleted', async () => {
    const { body: template } = await post({ name: 'fleeting', recording: { outputs: [{ type: 'individual' }] } });
    const headers = { 'idempotency-key': 'from-template' };
    const { body } = await record({ room: 'two', template: 'fleeting' }, headers);
    await api.call('PATCH', `/v1/templates/${template['id']}`, { recording: {} });
    expect((await api.call('GET', `/v1/recordings/${body['id']}`)).body['outputs']).toEqual(body['outputs']);
    expect((await record({ room: 'two', template: 'fleeting' }, headers)).body['id']).toBe(body['id']);
    await api.call('DELETE', `/v1/templates/${template['id']}`);
    expect((await record({ room: 'two', template: 'fleeting' }, headers)).body['id']).toBe(body['id']);
    const refused = await record({ room: 'two', template: 'fleeting' });
    expect([refused.status, refused.body['code'], refused.body['field']]).toEqual([404, 'TEMPLATE_NOT_FOUND', 'template']);
  });
});
