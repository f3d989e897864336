import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { basic, startTestApi } from './test-api.ts';
import type { TestApi } from './test-api.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 }); // a loaded machine takes its time for initdb

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => await api.close());

describe('create', () => {
  test('fills in every default and answers 201 with the recording', async () => {
    const { status, headers, body } = await api.call('POST', '/v1/recordings', { room: 'standup' });
    expect(status).toBe(201);
    expect(headers['location']).toBe(`/v1/recordings/${body['id']}`);
    expect(body).toMatchObject({
      room: 'standup',
      state: 'starting',
      startedAt: null,
      endedAt: null,
      endReason: null,
      error: null,
      files: [],
    });
    expect(body['outputs']).toEqual([
      {
        type: 'composite',
        formats: ['mp4'],
        video: { width: 1280, height: 720, fps: 15, bitrateKbps: 1500, gopS: 2 },
        audio: { sampleRateHz: 48000, channels: 1, bitrateKbps: 64 },
        layout: { name: 'grid', options: {} },
      },
    ]);
    expect((await api.call('GET', `/v1/recordings/${body['id']}`)).body).toEqual(body);
  });

  test('takes the request of the contract as it is written', async () => {
    const request = {
      room: 'standup',
      outputs: [
        {
          type: 'composite',
          formats: ['mp4', 'hls'],
          video: { width: 1280, height: 720, fps: 15, bitrateKbps: 1500, gopS: 2 },
          audio: { sampleRateHz: 48000, channels: 1, bitrateKbps: 64 },
          layout: { name: 'grid' },
        },
        { type: 'individual', formats: ['mp4'], merge: true },
      ],
      subscribe: { audio: { allow: ['*'] }, video: { deny: ['bot*'] } },
      storage: 'default',
      prefix: 'meetings/2026/',
      idleTimeoutS: 30,
      maxDurationS: 86400,
      sliceS: 14400,
      fill: 'last-frame',
      metadata: { meetingId: '42' },
    };
    const { status, body } = await api.call('POST', '/v1/recordings', request);
    expect(status).toBe(201);
    expect(body['metadata']).toEqual({ meetingId: '42' });
  });

  test('the same idempotency key starts one recording, also when sent at once', async () => {
    const send = (room: string) => api.call('POST', '/v1/recordings', { room }, { 'idempotency-key': 'once' });
    const answers = await Promise.all(Array.from({ length: 10 }, () => send('one')));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    expect(new Set(answers.map(({ body }) => body['id'])).size).toBe(1);
    const other = await send('two');
    expect(other.status).toBe(422);
    expect(other.body).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT', field: 'Idempotency-Key', fault: 'caller' });
  });

  test.each([[''], ['a b'], ['x'.repeat(256)], ['é']])('refuses the idempotency key %j', async (key) => {
    const { status, body } = await api.call('POST', '/v1/recordings', { room: 'x' }, { 'idempotency-key': key });
    expect([status, body['code'], body['field']]).toEqual([400, 'INVALID_REQUEST', 'Idempotency-Key']);
  });

  test('is refused with the reason of the server, and nothing is started', async () => {
    const { buildApi } = await import('../src/index.ts');
    const { TapedeckError } = await import('@tapedeck/protocol');
    class Full extends TapedeckError {
      override readonly code: string = ['DISK', 'FULL'].join('_');
      override readonly fault = 'service';
    }
    const admit = async () => {
      throw new Full('Too little room.');
    };
    const app = await buildApi(api.options({ admit }));
    const headers = { authorization: api.authorization, 'content-type': 'application/json' };
    const answer = await app.inject({ method: 'POST', url: '/v1/recordings', headers, payload: '{"room":"full"}' });
    expect(answer.statusCode).toBe(507);
    expect((await api.call('GET', '/v1/recordings?room=full')).body['items']).toEqual([]);
    await app.close();
  });
});

describe('list', () => {
  test('pages through by cursor, newest first, while others are created', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 7; index++)
      ids.unshift((await api.call('POST', '/v1/recordings', { room: 'pages', prefix: `p/${index}/` })).body['id']);
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await api.call('GET', `/v1/recordings?room=pages&limit=3${cursor}`);
      seen.push(...body['items'].map((item: { id: string }) => item.id));
      if (body['nextCursor'] === null) break;
      cursor = `&cursor=${body['nextCursor']}`;
      await api.call('POST', '/v1/recordings', { room: 'pages' });
    }
    expect(seen).toEqual(ids);
  });

  test('narrows by prefix literally, by state and by time', async () => {
    for (const prefix of ['100%/a/', '100x/a/', 'a_b/', 'axb/']) await api.call('POST', '/v1/recordings', { room: 'prefixes', prefix });
    const count = async (query: string) => (await api.call('GET', `/v1/recordings?room=prefixes&${query}`)).body['items'].length;
    expect(await count('prefix=100%25')).toBe(1);
    expect(await count('prefix=a_')).toBe(1);
    expect(await count('prefix=a')).toBe(2);
    expect(await count('state=starting')).toBe(4);
    expect(await count('state=completed')).toBe(0);
    expect(await count('from=2020-01-01T00:00:00Z')).toBe(4);
    expect(await count('to=2020-01-01T00:00:00%2B01:00')).toBe(0);
  });

  test('narrows by who took part and by metadata', async () => {
    const { body } = await api.call('POST', '/v1/recordings', { room: 'who', metadata: { meetingId: '42', seats: 7, 'a:b': 'c' } });
    await api.call('POST', '/v1/recordings', { room: 'who', metadata: { meetingId: '43' } });
    for (let claim = null; claim?.['recordingId'] !== body['id'];) {
      claim = await api.catalogue.leases.claimNext('test', { expiryMs: 60_000 });
      if (claim === null) throw new Error('not claimed');
      if (claim.recordingId === body['id'])
        await api.catalogue.leases.participant(claim, { identity: 'ada', name: 'Ada', joinedMs: 0, leftMs: null });
    }
    const ids = async (query: string) =>
      (await api.call('GET', `/v1/recordings?room=who&${query}`)).body['items'].map((item: { id: string }) => item.id);
    for (const query of ['participant=ada', 'metadata=meetingId:42', 'metadata=seats:7']) expect(await ids(query)).toEqual([body['id']]);
    for (const query of ['participant=ad', 'metadata=meetingId:4', 'metadata=none:42']) expect(await ids(query)).toEqual([]);
  });

  test.each([
    ['metadata=42', 'metadata'],
    ['participant=', 'participant'],
    ['expiresInS=59', 'expiresInS'],
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=x', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['state=done', 'state'],
    ['from=yesterday', 'from'],
    ['from=2026-13-01T00:00:00Z', 'from'],
    ['to=2026-01-01', 'to'],
    ['cursor=abc', 'cursor'],
    ['cursor=', 'cursor'],
    ['room=', 'room'],
    ['room=%00', 'room'],
    ['prefix=%00', 'prefix'],
    ['order=asc', 'order'],
  ])('refuses ?%s and names the field', async (query, field) => {
    const { status, body } = await api.call('GET', `/v1/recordings?${query}`);
    expect([status, body['code'], body['field']]).toEqual([400, 'INVALID_REQUEST', field]);
  });
});

describe('one recording', () => {
  test('stop, pause and resume may be repeated; what the state does not allow is 409', async () => {
    const { body } = await api.call('POST', '/v1/recordings', { room: 'moves' });
    const ask = async (verb: string) => (await api.call('POST', `/v1/recordings/${body['id']}/${verb}`)).status;
    for (const verb of ['pause', 'pause', 'resume', 'resume', 'stop', 'stop']) expect(await ask(verb)).toBe(200);
    const refused = await api.call('POST', `/v1/recordings/${body['id']}/resume`);
    expect([refused.status, refused.body['code']]).toEqual([409, 'RECORDING_STATE']);
    expect((await api.call('DELETE', `/v1/recordings/${body['id']}`)).status).toBe(409);
    const events = (await api.call('GET', `/v1/recordings/${body['id']}/events`)).body['items'];
    expect(events.map((event: { type: string }) => event.type)).toEqual([
      'recording.state_changed',
      'recording.pause_requested',
      'recording.resume_requested',
      'recording.stop_requested',
    ]);
    const claim = await claimOf(body['id']);
    expect(claim?.desired).toBe('stopped');
  });

  test('patch refuses a layout where no picture of everybody is made', async () => {
    const { body } = await api.call('POST', '/v1/recordings', { room: 'alone', outputs: [{ type: 'individual' }] });
    const { status, body: problem } = await api.call('PATCH', `/v1/recordings/${body['id']}`, { layout: { name: 'grid' } });
    expect([status, problem['field']]).toEqual([400, 'layout']);
  });

  test('patch changes layout, subscriptions and metadata, and only those named', async () => {
    const { body } = await api.call('POST', '/v1/recordings', { room: 'patch', metadata: { a: 1 } });
    const patch = (change: unknown) => api.call('PATCH', `/v1/recordings/${body['id']}`, change);
    const changed = await patch({ layout: { name: 'speaker' } });
    expect(changed.body['outputs'][0].layout).toEqual({ name: 'speaker', options: {} });
    expect(changed.body['metadata']).toEqual({ a: 1 });
    expect((await patch({ metadata: { b: 'x' } })).body['metadata']).toEqual({ b: 'x' });
    expect((await patch({ subscribe: { video: { deny: ['bot*'] } } })).status).toBe(200);
    for (const [bad, field] of [
      [{}, undefined],
      [{ room: 'x' }, 'room'],
      [{ layout: { name: 'round' } }, 'layout.name'],
      [{ layout: { name: 'single', gap: 2 } }, 'layout.gap'],
      [{ subscribe: { audio: { allow: [1] } } }, 'subscribe.audio.allow[0]'],
      [{ metadata: [] }, 'metadata'],
    ] as const) {
      const refused = await patch(bad);
      expect([refused.status, refused.body['code'], refused.body['field'] || undefined]).toEqual([400, 'INVALID_REQUEST', field]);
    }
  });

  test('a completed one is deleted with its files, and is then unknown', async () => {
    await drain();
    const id = await api.recorded('gone', { key: 'gone/one.mp4', bytes: Buffer.from('x') });
    const failed = await api.call('DELETE', `/v1/recordings/${id}`);
    expect([failed.status, failed.body['code'], failed.body['detail']]).toEqual([500, 'INTERNAL', expect.not.stringContaining('disk')]);
    expect((await api.call('GET', `/v1/recordings/${id}`)).body['files'].length).toBe(1);
    expect((await api.call('DELETE', `/v1/recordings/${id}`)).status).toBe(204);
    expect(api.removed.at(-1)).toMatchObject({ id });
    expect(api.removed.at(-1)?.paths[0]).toMatch(/gone\/one\.mp4$/);
    for (const method of ['GET', 'DELETE'] as const)
      expect((await api.call(method, `/v1/recordings/${id}`)).body['code']).toBe('RECORDING_NOT_FOUND');
  });

  test('renders are queued for an ended one only', async () => {
    await drain();
    const id = await api.recorded('again');
    const output = { type: 'composite', layout: { name: 'speaker' } };
    const send = () => api.call('POST', `/v1/recordings/${id}/renders`, { output }, { 'idempotency-key': 'r1' });
    const first = await send();
    expect([first.status, first.body['state']]).toEqual([202, 'queued']);
    expect((await send()).body['id']).toBe(first.body['id']);
    const { body } = await api.call('POST', '/v1/recordings', { room: 'running' });
    expect((await api.call('POST', `/v1/recordings/${body['id']}/renders`, { output })).status).toBe(409);
    for (const [bad, field] of [
      [{}, 'output'],
      [{ output: {} }, 'output.type'],
      [{ output, x: 1 }, 'x'],
      [{ output: { ...output, video: { fps: 0 } } }, 'output.video.fps'],
    ] as const) {
      const refused = await api.call('POST', `/v1/recordings/${id}/renders`, bad);
      expect([refused.status, refused.body['field']]).toEqual([400, field]);
    }
  });

  test.each(['rec_00000000000000000000000000', 'rec_%00', 'x', `rec_${'0'.repeat(500)}`, "rec_'; drop table x; --"])(
    '%s is unknown',
    async (id) => {
      for (const [method, path] of [
        ['GET', ''],
        ['PATCH', ''],
        ['DELETE', ''],
        ['POST', '/stop'],
        ['POST', '/pause'],
        ['POST', '/resume'],
        ['POST', '/renders'],
        ['GET', '/events'],
      ] as const) {
        const { status, body } = await api.call(method, `/v1/recordings/${id}${path}`, method === 'PATCH' ? { metadata: {} } : undefined);
        expect([method, path, status, body['code']]).toEqual([method, path, 404, 'RECORDING_NOT_FOUND']);
      }
    },
  );

  test("another application's recording is unknown", async () => {
    const { body } = await api.call('POST', '/v1/recordings', { room: 'mine' });
    const foreign = await addApplication('foreign-key', 'foreign-secret');
    const headers = { authorization: basic('foreign-key', 'foreign-secret') };
    expect(foreign).not.toBe(api.application.id);
    expect((await api.call('GET', '/v1/recordings', undefined, headers)).body['items']).toEqual([]);
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/stop'],
      ['GET', '/events'],
      ['POST', '/renders'],
    ] as const) {
      const answer = await api.call(method, `/v1/recordings/${body['id']}${path}`, undefined, headers);
      expect([answer.status, answer.body['code']]).toEqual([404, 'RECORDING_NOT_FOUND']);
    }
  });
});

async function addApplication(key: string, secret: string): Promise<string> {
  return (await api.catalogue.applications.add('foreign', key, secret)).id;
}

async function claimOf(id: string) {
  for (;;) {
    const claim = await api.catalogue.leases.claimNext('test', { expiryMs: 60_000 });
    if (claim === null || claim.recordingId === id) return claim;
  }
}

/** Claims everything that waits, so that the next claim is of the next recording. */
async function drain(): Promise<void> {
  while ((await api.catalogue.leases.claimNext('drain', { expiryMs: 600_000 })) !== null);
}
