import type { Application, Catalogue, DialectTask, StoredStorage } from '@tapedeck/catalogue';
import { defaultSettings } from '@tapedeck/protocol';
import type { CreateRecording, Recording } from '@tapedeck/protocol';

/** What a test sees of a {@link memoryCatalogue}. */
export interface Memory {
  readonly catalogue: Catalogue;
  readonly tasks: DialectTask[];
  /** Requests by recording id. */
  readonly requests: Map<string, CreateRecording>;
  readonly patches: { readonly id: string; readonly change: object }[];
  readonly storages: StoredStorage[];
}

export const testApplication: Application = { id: 'app_1', name: 'test', key: 'ak', secret: 'secret' };

/** As much of a catalogue as the dialect's pure side needs, in memory, of one application. */
export function memoryCatalogue(): Memory {
  const tasks: DialectTask[] = [];
  const requests = new Map<string, CreateRecording>();
  const patches: { id: string; change: object }[] = [];
  const storages: StoredStorage[] = [];
  const isLive = ({ desired, recording: { state } }: DialectTask): boolean =>
    desired !== 'stopped' && ['starting', 'recording', 'paused'].includes(state);
  const change = (id: string, to: (task: DialectTask) => DialectTask): void => {
    const index = tasks.findIndex(({ recording }) => recording.id === id);
    const task = tasks[index];
    if (task !== undefined) tasks[index] = to(task);
  };
  const create = (request: CreateRecording, origin: DialectTask['origin']) => {
    const id = `rec_${tasks.length}`;
    const task: DialectTask = { recording: starting(id, request), origin, desired: 'recording', createdAtMs: 0 };
    tasks.push(task);
    requests.set(id, request);
    return { task, isNew: true };
  };
  const catalogue = {
    applications: {
      byKey: async (key: string) => (key === 'ak' ? testApplication : null),
      settings: async () => ({ name: 'test', ...defaultSettings }),
    },
    storages: {
      list: async () => storages,
      byName: async (_id: string, name: string) => storages.find(({ value }) => value.name === name) ?? null,
      create: async (_id: string, value: StoredStorage['value']) =>
        storages.push({ id: `stg_${storages.length}`, value, createdAt: '', updatedAt: '' }),
      replace: async (_id: string, id: string, value: StoredStorage['value']) => {
        const index = storages.findIndex((storage) => storage.id === id);
        storages[index] = { id, value, createdAt: '', updatedAt: '' };
      },
    },
    recordings: {
      setDesired: async (_id: string, id: string) => change(id, (task) => ({ ...task, desired: 'stopped' })),
      patch: async (_id: string, id: string, wanted: object) => patches.push({ id, change: wanted }),
    },
    usage: async () => ({ items: [] }),
    media: { search: async () => ({ total: 0, items: [] }), byIds: async () => [], describe: async () => undefined },
    dialects: {
      applicationOf: async (_dialect: string, appId: string) => (appId === '666' ? null : testApplication),
      live: async () => tasks.filter(isLive),
      find: async (_id: string, name: { appId: string; taskId: string }) =>
        tasks.findLast(({ origin }) => origin.appId === name.appId && origin.taskId === name.taskId) ?? null,
      setDetails: async (_id: string, id: string, details: Record<string, unknown>) =>
        change(id, (task) => ({ ...task, origin: { ...task.origin, details } })),
      create: async (_id: string, request: CreateRecording, origin: DialectTask['origin']) => create(request, origin),
      createIf: async (
        _id: string,
        request: CreateRecording,
        origin: DialectTask['origin'],
        mayStart: (live: readonly DialectTask[]) => boolean,
      ) => (mayStart(tasks.filter(isLive)) ? create(request, origin) : null),
    },
  };
  return { catalogue: catalogue as unknown as Catalogue, tasks, requests, patches, storages };
}

function starting(id: string, { room, outputs, metadata }: CreateRecording): Recording {
  return {
    ...{ id, room, state: 'starting', createdAt: '2026-01-31T08:00:00.000Z', startedAt: null, endedAt: null, endReason: null },
    ...{ template: null, isAutomatic: false, outputs, participants: [], files: [], delivery: null, error: null, metadata },
  };
}
