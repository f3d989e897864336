import { createHash, createHmac } from 'node:crypto';
import type { Application, DialectTask, StoredStorage } from '@tapedeck/catalogue';
import { type CreateRecording, type CreateStorage, defaultSettings, type DialectOrigin, parseCreateStorage } from '@tapedeck/protocol';
import fastify from 'fastify';
import { type VolcengineOptions, volcengineRoutes } from '../src/index.ts';

/** What one call answered. */
export interface Answer {
  readonly status: number;
  readonly body: {
    readonly Result?: unknown;
    readonly ResponseMetadata: Record<string, unknown> & {
      readonly Error?: { readonly Code: string; readonly CodeN?: number; readonly Message: string };
    };
  };
}

/** A storage as somebody configured it. */
export function storedStorage(change: Partial<CreateStorage>): StoredStorage {
  const value = parseCreateStorage({
    ...{ name: 'bucket', preset: 'aws', region: 'us-east-1', bucket: 'rec', accessKeyId: 'k', secretAccessKey: 's' },
    ...change,
  });
  return { id: 'stg_1', value, createdAt: '', updatedAt: '' };
}

/** The dialect on a catalogue that lies in memory: `call` signs as SDKs do. Applications `ak`/`sk` (AppId app1) and `ak2`/`sk2` (AppId app2). */
export function fakeServer(options: Partial<VolcengineOptions> = {}) {
  const first: Application = { id: 'app_1', name: 'one', key: 'ak', secret: 'sk' };
  const second: Application = { id: 'app_2', name: 'two', key: 'ak2', secret: 'sk2' };
  const tasks: (DialectTask & { readonly request: CreateRecording; readonly applicationId: string })[] = [];
  const patches: { layout?: unknown; subscribe?: unknown }[] = [];
  const storages: StoredStorage[] = [];
  const state = { nowMs: Date.UTC(2024, 0, 2, 3, 4, 5), settings: { name: 'one', ...defaultSettings } };
  const find = (id: string, appId: string, taskId: string, room: string | undefined) =>
    tasks.findLast(
      ({ applicationId, origin, recording }) =>
        applicationId === id && origin.appId === appId && origin.taskId === taskId && recording.room === room,
    );
  const replace = (id: string, change: Partial<DialectTask>): void => {
    const at = tasks.findIndex(({ recording }) => recording.id === id);
    tasks[at] = { ...tasks[at]!, ...change };
  };
  const catalogue = {
    applications: {
      byKey: async (key: string) => [first, second].find((application) => application.key === key) ?? null,
      settings: async () => state.settings,
      patchSettings: async (_id: string, change: { volcengine?: object }) => {
        state.settings = { ...state.settings, volcengine: { ...state.settings.volcengine, ...change.volcengine } };
        return state.settings;
      },
    },
    dialects: {
      applicationOf: async (_dialect: string, appId: string) => ({ app1: first, app2: second })[appId] ?? null,
      find: async (id: string, name: { appId: string; taskId: string; room?: string }) =>
        find(id, name.appId, name.taskId, name.room) ?? null,
      setDetails: async (_id: string, recordingId: string, details: DialectOrigin['details']) => {
        const task = tasks.find(({ recording }) => recording.id === recordingId)!;
        replace(recordingId, { origin: { ...task.origin, details } });
      },
      create: async (applicationId: string, request: CreateRecording, origin: DialectOrigin) => {
        const known = find(applicationId, origin.appId, origin.taskId, request.room);
        if (known !== undefined && known.desired !== 'stopped') return { task: known, isNew: false };
        const task = { request, applicationId, ...taskOf(request, origin, `rec_${tasks.length}`, state.nowMs) };
        tasks.push(task);
        return { task, isNew: true };
      },
    },
    recordings: {
      patch: async (_id: string, _recordingId: string, change: object) => void patches.push(change),
      setDesired: async (_id: string, recordingId: string, desired: DialectTask['desired']) => replace(recordingId, { desired }),
    },
    storages: {
      list: async () => storages,
      byName: async (_id: string, name: string) => storages.find(({ value }) => value.name === name) ?? null,
      create: async (_id: string, value: CreateStorage) => void storages.push({ id: 'stg_2', value, createdAt: '', updatedAt: '' }),
    },
  } as unknown as VolcengineOptions['catalogue'];
  const app = fastify();
  const errors: object[] = [];
  volcengineRoutes({ catalogue, now: () => state.nowMs, log: { error: (fields) => void errors.push(fields) }, ...options })(app);
  const send = async (query: string, body: string | null, change: Readonly<Record<string, string>> = {}, pair = first): Promise<Answer> => {
    const method = body === null ? 'GET' : 'POST';
    const headers = { ...signed(method, query, body ?? '', pair, state.nowMs), ...change };
    const answer = await app.inject({ method, url: `/?${query}`, headers, ...(body !== null && { payload: body }) });
    return { status: answer.statusCode, body: answer.json() };
  };
  const call = async (action: string, body: object, version = '2023-11-01', pair = first): Promise<Answer> =>
    action.startsWith('Get')
      ? await send(new URLSearchParams({ Action: action, Version: version, ...body }).toString(), null, {}, pair)
      : await send(`Action=${action}&Version=${version}`, JSON.stringify(body), {}, pair);
  return { app, catalogue, call, send, tasks, patches, storages, state, errors, replace, second };
}

function taskOf(request: CreateRecording, origin: DialectOrigin, id: string, nowMs: number): DialectTask {
  const recording: DialectTask['recording'] = {
    ...{
      id,
      room: request.room,
      state: 'recording',
      createdAt: new Date(nowMs).toISOString(),
      startedAt: new Date(nowMs + 100).toISOString(),
    },
    ...{ endedAt: null, endReason: null, template: null, isAutomatic: false, outputs: request.outputs, participants: [], files: [] },
    ...{ delivery: null, error: null, metadata: request.metadata },
  };
  return { recording, origin: JSON.parse(JSON.stringify(origin)) as DialectOrigin, desired: 'recording', createdAtMs: nowMs };
}

/** Headers as an SDK signs them, written apart from the code under test. */
function signed(method: string, query: string, body: string, pair: Application, nowMs: number): Record<string, string> {
  const date = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
  const hash = createHash('sha256').update(body).digest('hex');
  const pairs = [...new URLSearchParams(query)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const canonical = pairs.map((pair) => pair.map((text) => encodeURIComponent(text).replace(/[!'()*]/g, escape)).join('=')).join('&');
  const scope = `${date.slice(0, 8)}/cn-north-1/rtc/request`;
  const request = `${method}\n/\n${canonical}\nx-content-sha256:${hash}\nx-date:${date}\n\nx-content-sha256;x-date\n${hash}`;
  const text = `HMAC-SHA256\n${date}\n${scope}\n${createHash('sha256').update(request).digest('hex')}`;
  const key = scope.split('/').reduce<string | Buffer>((secret, part) => createHmac('sha256', secret).update(part).digest(), pair.secret);
  const signature = createHmac('sha256', key).update(text).digest('hex');
  return {
    ...{ 'x-date': date, 'x-content-sha256': hash, 'content-type': 'application/json; charset=utf-8' },
    authorization: `HMAC-SHA256 Credential=${pair.key}/${scope}, SignedHeaders=x-content-sha256;x-date, Signature=${signature}`,
  };
}
