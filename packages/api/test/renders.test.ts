import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestApi } from './test-api.ts';
import type { TestApi } from './test-api.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let api: TestApi;
let id: string;
beforeAll(async () => {
  api = await startTestApi();
  id = await api.recorded('again');
});
afterAll(async () => await api.close());

const renders = () => `/v1/recordings/${id}/renders`;

test('a render is read, listed, cancelled, and then says so', async () => {
  const people = { allow: ['a*'] };
  const made = await api.call('POST', renders(), { output: { type: 'composite', layout: { name: 'speaker' } }, people });
  expect(made.status).toBe(202);
  expect(made.headers['location']).toBe(`${renders()}/${made.body['id']}`);
  const expected = {
    recordingId: id,
    state: 'queued',
    progress: 0,
    range: null,
    people: { allow: ['a*'], deny: [] },
    error: null,
    files: [],
  };
  expect(made.body).toMatchObject({ ...expected, output: { type: 'composite', formats: ['mp4'], layout: { name: 'speaker' } } });
  expect((await api.call('GET', `${renders()}/${made.body['id']}`)).body).toEqual(made.body);
  expect((await api.call('GET', renders())).body['items'][0]).toEqual(made.body);
  const cancelled = await api.call('DELETE', `${renders()}/${made.body['id']}`);
  expect([cancelled.status, cancelled.body['state'], cancelled.body['error'].code]).toEqual([200, 'failed', 'RENDER_CANCELLED']);
  expect((await api.call('DELETE', `${renders()}/${made.body['id']}`)).body).toEqual(cancelled.body);
});

test('what is left out comes from the recording; the layout of the session counts unless one is named', async () => {
  const kept = async (body: object): Promise<unknown> => {
    const { id: renderId } = (await api.call('POST', renders(), body)).body;
    for (;;) {
      const step = await api.catalogue.renders.claimStep('test', 60_000);
      if (step?.renderId === renderId) return step?.request;
    }
  };
  const composite = { type: 'composite', layout: { name: 'grid' } };
  expect(await kept({ people: { deny: ['bot*'] } })).toMatchObject({
    output: composite,
    people: { allow: ['*'], deny: ['bot*'] },
    keepsLayout: false,
  });
  expect(await kept({ output: { type: 'composite' } })).toMatchObject({ output: composite, keepsLayout: false });
  expect(await kept({ output: composite })).toMatchObject({ output: composite, keepsLayout: true });
});

test.each([
  [{}, 'output'],
  [[], ''],
  [{ output: { type: 'composite' }, range: { fromMs: -1 } }, 'range.fromMs'],
  [{ range: { fromMs: 0.5 } }, 'range.fromMs'],
  [{ range: { fromMs: 5000, toMs: 5000 } }, 'range.toMs'],
  [{ range: { toMs: 'end' } }, 'range.toMs'],
  [{ range: { from: 1 } }, 'range.from'],
  [{ people: { allow: 'alice' } }, 'people.allow'],
  [{ people: { allow: [''] } }, 'people.allow[0]'],
  [{ output: { type: 'composite', layout: { name: 'pyramid' } } }, 'output.layout.name'],
])('%j is refused and the field named', async (body, field) => {
  const refused = await api.call('POST', renders(), body);
  expect([refused.status, refused.body['code'], refused.body['field']]).toEqual([400, 'INVALID_REQUEST', field]);
});

test.each(['ren_00000000000000000000000000', 'ren_x', 'x', 'job-1'])('%s is unknown', async (renderId) => {
  for (const method of ['GET', 'DELETE'] as const) {
    const { status, body } = await api.call(method, `${renders()}/${renderId}`);
    expect([status, body['code']]).toEqual([404, 'RENDER_NOT_FOUND']);
  }
});
